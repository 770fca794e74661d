"""The import as a whole: round trips, determinism, and trees of any shape."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.spec.limits import Limits
from reconciler.spec.load import examine
from tests.importers.g5k.trees import SITE, Json, TreeOnDisk, adapter, node, switch


def whole_site() -> dict[str, Json]:
    """One file of each sort, by path: two nodes, two switches, a router."""
    nodes = [
        node(n, [adapter("eth0", n), adapter("eth1", n)], kavlan={"eth0": {"kavlan-11": "10.7.0.1"}}) for n in (1, 2)
    ]
    nodes[1]["network_adapters"][1]["switch"] = "sw-2"
    bundle = {"lag1": {"kind": "router", "uid": "gw", "switchport_mode": "trunk"}}
    vlans = {"vlan100": {"addresses": ["172.16.111.254"]}, "vlan701": {"name": "kavlan-1"}}
    channels = {"port-channel1": {"kind": "switch", "uid": "sw-1", "switchport_mode": "trunk"}}
    ports = {
        1: {"uid": "port-channel1", "kind": "channel"},
        2: {"uid": "sw-2"},
        9: {"uid": "renater-rennes", "kind": "backbone"},
    }
    equipment = [
        switch("gw", ports, kind="router", vlans=vlans, channels=channels, ip="172.16.111.254", alias=["gw-rennes"]),
        switch("sw-1", {48: {"uid": "lag1", "kind": "channel"}}, channels=bundle),
        switch("sw-2", {48: {"uid": "gw-rennes"}}),
    ]
    files = {"rennes/rennes.json": SITE}
    files |= {f"rennes/clusters/para/nodes/{values['uid']}.json": values for values in nodes}
    files |= {f"rennes/network_equipments/{values['uid']}.json": values for values in equipment}
    return files


def test_the_text_reads_back_as_the_site_without_a_complaint(tree: TreeOnDisk) -> None:
    for path, values in whole_site().items():
        tree.write(path, values)
    imported = tree.run(wan="renater")
    examination = examine({"rennes.yaml": imported.sites[0].text})
    assert examination.diagnostics == ()
    assert examination.catalogue is not None
    assert examination.catalogue.sites["rennes"] == imported.sites[0].site
    assert {finding.code for finding in imported.findings} == {"I901"}


def test_the_same_tree_gives_the_same_text(tree: TreeOnDisk) -> None:
    for path, values in whole_site().items():
        tree.write(path, values)
    assert tree.run(wan="renater") == tree.run(wan="renater")


WORDS = ["false", "", "gw", "sw-1", "eth0", "Ethernet", "10.0.0.0/14", "172.16.0.1", "channel", "vlan1", "\n", "\u202e"]
KEYS = st.sampled_from(["uid", "ports", "1", "vlan4095"])
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**12)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["false", "", "gw", "sw-1", "eth0", "Ethernet", "10.0.0.0/14", "172.16.0.1", "channel", "vlan1", "\n", "\u202e"]
    )
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=4,
)


def places(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [here, *(place for key, inner in value.items() for place in places(inner, (*here, key)))]
    if isinstance(value, list):
        return [here, *(place for index, inner in enumerate(value) for place in places(inner, (*here, index)))]
    return [here]


def put(value: Any, place: tuple[str | int, ...], junk: object) -> Any:
    if not place:
        return junk
    copy = list(value) if isinstance(value, list) else dict(value)
    copy[place[0]] = put(value[place[0]], place[1:], junk)
    return copy


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_whatever_stands_in_the_files_the_documents_are_valid(data: st.DataObject) -> None:
    files: dict[str, Any] = dict(whole_site())
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(sorted(files)))
        place = data.draw(st.sampled_from(places(files[path])))
        files[path] = put(files[path], place, data.draw(JUNK))
    with tempfile.TemporaryDirectory() as folder:
        tree = TreeOnDisk(Path(folder))
        for path, values in files.items():
            tree.write(path, json.dumps(values))
        imported = tree.run(wan="renater", uplinks="gw", bridge="xenbr0")
    examination = examine({item.name: item.text for item in imported.sites}, Limits())
    assert [str(found) for found in examination.diagnostics if found.severity.value == "error"] == []
    if examination.catalogue is not None:
        assert dict(examination.catalogue.sites) == {i.name: i.site for i in imported.sites}
