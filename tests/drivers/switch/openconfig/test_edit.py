"""The edit for a change: what it says, and what it never says."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.drivers.switch.openconfig.edit import render_edit, stamp_edit
from reconciler.drivers.switch.openconfig.interfaces import NS, parse_ports
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.switch.openconfig.simulator import SPECS, tag

OPERATION = "{urn:ietf:params:xml:ns:netconf:base:1.0}operation"
VLAN_IDS = st.sets(st.integers(2, 4094), min_size=1, max_size=4).map(lambda ids: tuple(sorted(ids)))


def edit(before: SwitchSlice | None, after: SwitchSlice | None) -> etree._Element | None:
    spec = after or before
    assert spec is not None
    rendered = render_edit(before or SwitchSlice(), after or SwitchSlice(), spec.parked)
    return None if rendered is None else rendered.element()


def operations(element: etree._Element) -> list[tuple[str, str, str]]:
    """Every marked node: operation, name, text."""
    marked = (node for node in element.iter() if node.get(OPERATION))
    return [(str(node.get(OPERATION)), etree.QName(node).localname, node.text or "") for node in marked]


@st.composite
def slices(draw: st.DrawFn) -> SwitchSlice:
    edges = []
    for number in sorted(draw(st.sets(st.integers(1, 5), max_size=4))):
        ids = draw(VLAN_IDS)
        access = draw(st.booleans())
        edges.append(EdgePort(f"e{number}", tag(number), ids[0] if access else None, () if access else ids))
    carried = tuple(Carried(name, draw(VLAN_IDS)) for name in sorted(draw(st.sets(st.sampled_from(["up", "wan"])))))
    tunnels = tuple(Tunnel("uni", s, draw(VLAN_IDS)) for s in sorted(draw(st.sets(st.integers(2, 4094), max_size=2))))
    return SwitchSlice(tuple(edges), carried, tunnels, draw(st.sampled_from([None, 100])))


@given(slices())
def test_an_edit_says_what_its_slice_says(spec: SwitchSlice) -> None:
    element = edit(None, spec)
    if element is None:
        assert spec == SwitchSlice(parked=spec.parked)
        return
    ports = parse_ports(element)
    for edge in spec.ports:
        port = ports[edge.port]
        assert (port.description, port.enabled) == (edge.tag, True)
        assert port.access == edge.access if edge.access else port.entries == tuple(map(str, edge.trunk))
    for carried in spec.carried:
        assert ports[carried.port].entries == tuple(map(str, carried.vlans))
    assert tuple(t for port in ports.values() for t in port.tunnels) == spec.tunnels


@given(slices(), slices())
def test_only_nodes_that_are_wholly_ours_are_replaced_or_removed(before: SwitchSlice, after: SwitchSlice) -> None:
    others = tuple(Carried(c.port, c.vlans, (*map(str, c.vlans), "1")) for c in before.carried)
    before = replace(before, carried=others)
    shared = {carried.port for spec in (before, after) for carried in spec.carried}
    element = edit(before, after)
    for interface in [] if element is None else element.iterfind(".//if:interface", NS):
        said = operations(interface)
        assert {name for _, name, _ in said} <= {
            "config",
            "description",
            "enabled",
            "access-vlan",
            "trunk-vlans",
            "subinterface",
        }
        if interface.findtext("if:name", None, NS) in shared:
            assert all(name in ("trunk-vlans", "access-vlan") for _, name, _ in said)


@given(slices())
def test_nothing_is_edited_when_nothing_differs(spec: SwitchSlice) -> None:
    assert edit(spec, spec) is None


def test_the_same_change_is_always_the_same_text() -> None:
    assert etree.tostring(edit(SPECS[0], SPECS[1])) == etree.tostring(edit(SPECS[0], SPECS[1]))


def test_only_ports_that_differ_are_named() -> None:
    element = edit(SPECS[1], SwitchSlice(SPECS[1].ports[:1], SPECS[1].carried, SPECS[1].tunnels, 100))
    assert element is not None
    assert [node.text for node in element.iterfind(".//if:interface/if:name", NS)] == ["e2"]


def test_leaving_a_shared_trunk_removes_our_ids_one_by_one() -> None:
    element = edit(SwitchSlice(carried=(Carried("up", (701, 702), ("5", "701", "702")),)), None)
    assert element is not None
    assert operations(element) == [("remove", "trunk-vlans", "701"), ("remove", "trunk-vlans", "702")]


def test_leaving_a_shared_trunk_that_nobody_else_uses_leaves_no_trunk() -> None:
    element = edit(SwitchSlice(carried=(Carried("up", (701,), ("701",)),), parked=100), None)
    assert element is not None
    assert operations(element) == [("replace", "config", "")]
    assert parse_ports(element)["up"].access == 100


def test_part_of_a_range_is_given_up_by_spelling_out_the_rest() -> None:
    element = edit(
        SwitchSlice(carried=(Carried("up", (701, 702, 703), ("5", "701..703")),)),
        SwitchSlice(carried=(Carried("up", (701, 703)),)),
    )
    assert element is not None
    assert operations(element) == [("remove", "trunk-vlans", "701..703")]
    kept = [node.text for node in element.iterfind(".//{*}trunk-vlans") if not node.get(OPERATION)]
    assert kept == ["701", "703"]


def test_text_that_looks_like_xml_stays_text() -> None:
    spec = SwitchSlice((EdgePort('e1"]]>]]><x/>', "xr:v1:a:<b>&amp;:c:1", access=5),))
    element = edit(None, spec)
    assert element is not None
    assert parse_ports(element)[spec.ports[0].port].description == spec.ports[0].tag


# -- as it is sent ------------------------------------------------------------------------------------


def descriptions(config: etree._Element) -> dict[str, str | None]:
    found = {}
    for interface in config.iterfind(".//if:interface", NS):
        description = interface.find("if:config/if:description", NS)
        if description is not None:
            found[interface.findtext("if:name", "", NS)] = description.text
    return found


def test_a_stamped_edit_is_the_planned_one_with_other_descriptions() -> None:
    planned = render_edit(SwitchSlice(), SPECS[1], 100)
    assert planned is not None
    sent = stamp_edit(planned, {"e1": "mark 1", "e2": "mark 2"}).element()
    assert descriptions(sent) == {"e1": "mark 1", "e2": "mark 2"}
    tags = {edge.port: edge.tag for edge in SPECS[1].ports}
    assert etree.tostring(stamp_edit(planned, tags).element()) == etree.tostring(planned.element())


def test_marks_of_ports_that_are_not_edited_are_added_to_the_edit() -> None:
    planned = render_edit(SPECS[0], SPECS[2], 100)
    assert planned is not None
    sent = stamp_edit(planned, {"e2": "2", "e3": "3", "e9": "9"}).element()
    assert descriptions(sent) == {"e1": None, "e2": "2", "e3": "3", "e9": "9"}


def test_without_an_edit_nothing_but_marks_is_sent() -> None:
    config = stamp_edit(None, {"e1": "mark"}).element()
    leaves = [etree.QName(leaf).localname for leaf in config.iter() if len(leaf) == 0]
    assert leaves == ["name", "description"]
    assert descriptions(config) == {"e1": "mark"}
