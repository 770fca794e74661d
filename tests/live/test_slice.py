"""The thin slice as it stands before any experiment: what a test of the whole product starts from."""

from __future__ import annotations

from reconciler.spec.load import examine
from tests.live.slice import PORTS, PRODUCTION, Slice, experiment


def test_every_port_is_in_the_production_vlan(thin_slice: Slice) -> None:
    tags = {port: setting.tag for port, setting in thin_slice.agent.settings.items()}
    assert tags == dict.fromkeys(PORTS, str(PRODUCTION))
    assert set(thin_slice.switch.ports()) == set(PORTS)


def test_the_hosts_see_each_other(thin_slice: Slice) -> None:
    assert thin_slice.insider.pings(thin_slice.outsider)


def test_the_node_is_cabled_to_the_switch(thin_slice: Slice) -> None:
    address = "ip addr add 10.77.0.250/16 dev eth1\nip link set dev eth1 up\n"
    try:
        thin_slice.node.run(address)
        assert thin_slice.node.run(f"ping -c 1 -W 5 {thin_slice.insider.ip}\n").status == 0
    finally:
        thin_slice.node.run("ip addr flush dev eth1\nip link set dev eth1 down\n")


def test_the_documents_are_free_of_faults(thin_slice: Slice) -> None:
    text = f"{thin_slice.documents()}---\n{experiment()}"
    assert examine({"slice.yaml": text}).diagnostics == ()
