"""An address of ours that somebody else uses is named, with who it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.drivers.host.address_conflicts import addresses_in, find_use, leased_addresses, parse_neighbours
from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.domain import Nic
from reconciler.resources.lease import derive_mac
from tests.drivers.fence import FENCE
from tests.drivers.host.test_driver import HOST, create, see, vm
from tests.drivers.host.xen.simulator import PLAIN, ready_dom0

ADDRESS = (10 << 24) + (136 << 16) + (16 << 8) + 1
OTHER_MAC = "00:16:3e:01:02:03"
OURS = replace(PLAIN, arguments="tip=10.136.16.1/24 tgw=10.136.16.254", nics=(Nic(derive_mac(ADDRESS), "xbr701"),))
STRANGER = replace(OURS, name="theirs", uuid="f" * 8 + OURS.uuid[8:], arguments="", nics=(Nic(OTHER_MAC, "xbr701"),))


def test_a_leased_address_is_one_that_a_mac_follows_from_and_no_gateway() -> None:
    assert leased_addresses(OURS) == {derive_mac(ADDRESS): "10.136.16.1"}


@pytest.mark.parametrize("text", ["a=1.2.3", "v=1.2.3.4.5", "x=256.1.1.1", "y=1.2.3.1234"])
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert addresses_in(text) == []


@pytest.mark.parametrize(
    ("stranger", "reason"),
    [
        (replace(STRANGER, nics=OURS.nics), "the domain theirs has the MAC 00:16:3e:88:10:01 on x1"),
        (replace(STRANGER, arguments="ip=10.136.16.1::"), "the domain theirs has the address 10.136.16.1 on x1"),
    ],
)
def test_a_domain_with_our_mac_or_address_is_named(stranger: object, reason: str) -> None:
    found = find_use("x1", OURS, [stranger], {})  # type: ignore[list-item]
    assert found == Foreign(f"{reason}, leased to exp-web-0", ADDRESS)


def test_a_domain_with_our_gateway_is_no_stranger() -> None:
    assert find_use("x1", OURS, [replace(STRANGER, arguments="tip=10.136.16.9/24 tgw=10.136.16.254")], {}) is None


def test_another_mac_that_answers_for_our_address_is_named_and_our_own_is_not() -> None:
    ours = derive_mac(ADDRESS)
    assert find_use("x1", OURS, [], {"10.136.16.1": {ours}}) is None
    found = find_use("x1", OURS, [], {"10.136.16.1": {ours, OTHER_MAC}})
    assert found is not None and found.number == ADDRESS
    assert f"the MAC {OTHER_MAC} answers for 10.136.16.1, as seen on x1" in found.reason


def test_a_second_nics_mac_is_known_without_its_address() -> None:
    wider = replace(OURS, nics=(*OURS.nics, Nic("00:16:3e:88:20:01", "xbr702")))
    found = find_use("x1", wider, [replace(STRANGER, nics=(Nic("00:16:3e:88:20:01", "br0"),))], {})
    assert found is not None and found.number is None and "00:16:3e:88:20:01" in found.reason


def test_only_those_who_answered_are_neighbours() -> None:
    text = (
        '[{"dst":"10.0.0.1","dev":"eth0","lladdr":"52:55:0A:00:02:02","state":["REACHABLE"]},'
        '{"dst":"10.0.0.2","dev":"eth0","state":["FAILED"]},'
        '{"dst":"10.0.0.3","dev":"eth0","lladdr":"52:55:0a:00:02:03","state":["PERMANENT"]}]'
    )
    assert parse_neighbours(text) == {"10.0.0.1": {"52:55:0a:00:02:02"}}
    with pytest.raises(ValueError, match="not the list of neighbours"):
        parse_neighbours('{"dst": 1')


# -- on a host ---------------------------------------------------------------------------------------------


def test_a_strangers_domain_on_the_host_is_found_and_those_of_our_own_are_not() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(OURS))
    assert see(dom0, vm(OURS)) == [Present(OURS)]
    copy = dict(dom0.xl.domains["exp-web-0"], name="theirs", id=9, uuid=STRANGER.uuid, mark="")
    dom0.xl.domains["theirs"] = copy
    (state,) = see(dom0, vm(OURS))
    assert isinstance(state, Foreign) and state.number == ADDRESS and "the domain theirs" in state.reason
    copy["mark"] = "xr:v1:nancy:exp:ffffffff:7"  # one of ours that is on its way out
    assert see(dom0, vm(OURS)) == [Present(OURS)]


def test_a_guest_is_not_made_with_an_address_that_somebody_answers_for_and_moves_to_another() -> None:
    dom0 = ready_dom0()
    dom0.ip.neighbours = [{"dst": "10.136.16.1", "dev": "eth0", "lladdr": OTHER_MAC, "state": ["STALE"]}]
    assert isinstance(see(dom0, vm(OURS))[0], Foreign)
    moved = replace(OURS, arguments="tip=10.136.16.7/24", nics=(Nic(derive_mac(ADDRESS + 6), "xbr701"),))
    both = HostDriver(dom0, XEN).observe(HOST, [vm(OURS), vm(moved)], FENCE)
    assert list(both.values()) == [Absent()]


def test_a_host_that_cannot_tell_its_neighbours_is_no_less_readable() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(OURS))
    dom0.ip.neighbours = "nonsense"  # type: ignore[assignment]
    assert see(dom0, vm(OURS)) == [Present(OURS)]
