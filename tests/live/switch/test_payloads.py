"""Every edit that the driver can make is valid OpenConfig, says libyang, which knows nothing of us."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from reconciler.drivers.switch.openconfig.edit import render_edit
from reconciler.drivers.switch.openconfig.interfaces import NS, VLAN
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.switch.openconfig.simulator import SPECS, tag
from tests.live.switch.programs import run

SHARED = SwitchSlice(SPECS[1].ports, (Carried("up", (701, 702), ("5", "701..702")),), SPECS[1].tunnels, 100)
CASES = {
    "create": (None, SPECS[1]),
    "create on bare ports": (None, SwitchSlice(SPECS[1].ports, SPECS[1].carried, SPECS[1].tunnels, None)),
    "next": (SPECS[0], SPECS[2]),
    "park": (SPECS[1], None),
    "unconfigure": (SwitchSlice(SPECS[1].ports, SPECS[1].carried, SPECS[1].tunnels, None), None),
    "leave others on the trunk": (SHARED, None),
    "part of a range": (SHARED, SwitchSlice(SHARED.ports, (Carried("up", (702,)),), SHARED.tunnels, 100)),
    "port down": (None, SwitchSlice((EdgePort("e1", tag(1), trunk=(2, 4094), up=False),))),
    "other tunnel": (SPECS[1], SwitchSlice(SPECS[1].ports, SPECS[1].carried, (Tunnel("uni", 1001, (701, 702)),), 100)),
}


def yanglint(models: Path, folder: Path, interfaces: etree._Element) -> str:
    """What it complains of in the content of a ``<config>``; nothing when it is valid as an edit."""
    payload = folder / "edit.xml"
    payload.write_bytes(etree.tostring(interfaces))
    ietf = models.parent / "ietf"
    # modules that only define identities have to be named as well, or valid data is refused
    names = ("openconfig-vlan-types", "openconfig-vlan", "iana-if-type")
    schemas = [ietf / "ietf-netconf.yang", *(models / f"{name}.yang" for name in names)]
    done = run("yanglint", "-t", "edit", "-p", models, "-p", ietf, *schemas, payload, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("libyang warn")]
    return "" if done.returncode == 0 else "\n".join(said)


def edit(before: SwitchSlice | None, after: SwitchSlice | None) -> etree._Element:
    spec = after or before
    assert spec is not None
    rendered = render_edit(before or SwitchSlice(), after or SwitchSlice(), spec.parked)
    assert rendered is not None
    return rendered.element()[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_edit_is_valid(models: Path, tmp_path: Path, case: tuple[SwitchSlice | None, SwitchSlice | None]) -> None:
    assert yanglint(models, tmp_path, edit(*case)) == ""


def test_the_validator_does_refuse_a_vlan_out_of_range(models: Path, tmp_path: Path) -> None:
    payload = edit(None, SPECS[0])
    leaf = payload.find(".//vlan:access-vlan", NS)
    assert leaf is not None
    leaf.text = "5000"
    assert "5000" in yanglint(models, tmp_path, payload)


def test_the_validator_does_refuse_an_element_that_is_not_in_the_model(models: Path, tmp_path: Path) -> None:
    payload = edit(None, SPECS[0])
    config = payload.find(".//vlan:switched-vlan/vlan:config", NS)
    assert config is not None
    etree.SubElement(config, f"{{{VLAN}}}no-such-leaf")
    assert "no-such-leaf" in yanglint(models, tmp_path, payload)
