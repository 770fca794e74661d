"""Devices made from their entries; switches that nobody configures through us."""

from reconciler.lab.making import unmanaged_baseline
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.effective import ALL


def test_nodes_are_in_production_and_cables_carry_everything() -> None:
    baseline = unmanaged_baseline(["e1"], ["e48"], 100)
    ports = SwitchDevice("sw", ["e1", "e48"], baseline=baseline).port_states()
    assert (ports["e1"].untagged, ports["e1"].tagged) == (100, frozenset())
    assert (ports["e48"].untagged, ports["e48"].tagged) == (100, ALL - {100})


def test_without_a_production_vlan_the_vendors_default_holds() -> None:
    ports = SwitchDevice("sw", ["e1"], baseline=unmanaged_baseline(["e1"], [], None)).port_states()
    assert ports["e1"].untagged == 1
