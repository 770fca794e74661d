"""The last look before a call: whatever is not the experiment's now is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.plan import Step
from reconciler.model.resource import Resource
from reconciler.planning.guards import foreign_parts, holdings_of
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.resources.lease import AddressRange, Lease, derive_mac
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.resources.vlan import Vlan

FIRST = (10 << 24) + (136 << 16) + (16 << 8) + 1
DATABASE = Endpoint("allocations", "database")
NODE, SWITCH = Endpoint("xen", "n1.lille"), Endpoint("openconfig", "sw-1.lille")


def made(kind: str, name: str, endpoint: Endpoint, spec: Any) -> Resource[Any]:
    return Resource(Address(kind, "exp", name), endpoint, spec)


HELD = (
    made("reservation", "hosts", DATABASE, Reservation(("n1.lille",))),
    made("vlan", "lan", DATABASE, Vlan((("vlan:lille", 701), ("stag:backbone", 1000)))),
    made("lease", "lan", DATABASE, Lease((AddressRange("web", 0, FIRST, 2),))),
)
OURS = Allocations(recorded={resource.address: resource for resource in HELD})
GUEST = Domain("exp-web-0", "u", "/k", "", "", 256, 1, (Nic(derive_mac(FIRST), "xbr701"),))
SLICE = SwitchSlice(
    (EdgePort("e1", "t", access=701), EdgePort("e2", "t", trunk=(701,))),
    (Carried("up", (701, 1000)),),
    (Tunnel("uni", 1000, (701,)),),
)
PARTS = (
    made("deployment", "n1.lille", Endpoint("kadeploy", "lille"), Deployment("n1.lille.example", "xen", 1, "root")),
    made("host", "n1.lille", NODE, Host("", "")),
    made("bridge", "n1.lille/lan", NODE, Bridge("xbr701", "eth1", 701)),
    made("domain", "web-0", NODE, GUEST),
    made("switch", "sw-1.lille", SWITCH, SLICE),
)


def behind(switch: str, port: str) -> str | None:
    return {"e1": "n1.lille", "e2": "n1.lille", "e3": "n2.lille"}.get(port) if switch == "sw-1.lille" else None


def refusals(resource: Resource[Any], allocations: Allocations = OURS, *, action: str = "create") -> tuple[str, ...]:
    before, after = {
        "create": (None, resource.spec),
        "update": (resource.spec, resource.spec),
        "delete": (resource.spec, None),
    }[action]
    return foreign_parts(Step(Change(resource, before, after), ()), holdings_of("exp", allocations), behind)


@pytest.mark.parametrize("resource", [*PARTS, *HELD], ids=lambda resource: resource.address.kind)
@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_what_is_held_may_be_sent(resource: Resource[Any], action: str) -> None:
    assert refusals(resource, action=action) == ()


@pytest.mark.parametrize("resource", PARTS, ids=lambda resource: resource.address.kind)
@pytest.mark.parametrize("action", ["create", "update", "delete"])
@pytest.mark.parametrize("lost", ["not held", "taken by another"])
def test_nothing_is_sent_to_a_node_that_is_no_longer_reserved(resource: Resource[Any], action: str, lost: str) -> None:
    """Neither made, nor changed, nor taken down: it is somebody else's by now."""
    kept = {a: r for a, r in OURS.recorded.items() if a.kind != "reservation"}
    allocations = (
        Allocations(recorded=kept) if lost == "not held" else replace(OURS, taken_nodes={"n1.lille": "theirs"})
    )
    assert any(
        "n1.lille" in reason and "reserved for exp" in reason
        for reason in refusals(resource, allocations, action=action)
    )


@pytest.mark.parametrize("kind", ["bridge", "switch"])
@pytest.mark.parametrize("lost", ["not held", "taken by another"])
def test_no_vlan_is_used_that_is_not_leased(kind: str, lost: str) -> None:
    (resource,) = (each for each in PARTS if each.address.kind == kind)
    kept = {a: r for a, r in OURS.recorded.items() if a.kind != "vlan"}
    taken = {("vlan:lille", 701): "theirs", ("stag:backbone", 1000): "theirs"}
    allocations = Allocations(recorded=kept) if lost == "not held" else replace(OURS, taken_ids=taken)
    assert "vlan:lille 701 is not leased to exp" in refusals(resource, allocations)
    assert refusals(resource, allocations, action="delete") == ()


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (SwitchSlice((EdgePort("e1", "t", access=702),)), "vlan:lille 702 is not leased to exp"),
        (SwitchSlice((EdgePort("e1", "t", trunk=(701, 702)),)), "vlan:lille 702 is not leased to exp"),
        (SwitchSlice(carried=(Carried("up", (702,)),)), "vlan:lille 702 is not leased to exp"),
        (SwitchSlice(tunnels=(Tunnel("uni", 1001, (701,)),)), "S-VLAN 1001 at lille is not leased to exp"),
        (SwitchSlice(tunnels=(Tunnel("uni", 1000, (702,)),)), "vlan:lille 702 is not leased to exp"),
        (
            SwitchSlice((EdgePort("e3", "t", access=701),)),
            "port e3 of sw-1.lille leads to n2.lille, which is not reserved for exp",
        ),
    ],
)
def test_every_part_of_a_switch_is_looked_at(spec: SwitchSlice, reason: str) -> None:
    assert refusals(made("switch", "sw-1.lille", SWITCH, spec)) == (reason,)


def test_a_port_that_is_left_must_be_that_of_a_node_of_ours_too() -> None:
    left = made("switch", "sw-1.lille", SWITCH, SwitchSlice((EdgePort("e3", "t", access=701),)))
    assert "n2.lille" in refusals(left, action="delete")[0]


@pytest.mark.parametrize("number", [FIRST + 1, FIRST + 2])
def test_a_guest_gets_no_mac_but_those_of_its_own_leases(number: int) -> None:
    other = replace(GUEST, nics=(Nic(derive_mac(number), "xbr701"),))
    assert "is not that of an address leased to web-0" in refusals(made("domain", "web-0", NODE, other))[0]


def test_a_guest_whose_address_another_has_is_not_made() -> None:
    assert refusals(PARTS[3], replace(OURS, taken_addresses={FIRST: "theirs"})) != ()


def test_what_drifted_to_something_foreign_may_be_repaired() -> None:
    drifted = replace(SLICE, ports=(EdgePort("e1", "t", access=999),))
    step = Step(Change(PARTS[4], drifted, SLICE), ())
    assert foreign_parts(step, holdings_of("exp", OURS), behind) == ()


def test_another_experiments_step_is_none_of_ours() -> None:
    theirs = Resource(Address("host", "theirs", "n1.lille"), NODE, Host("", ""))
    assert refusals(theirs) == ("host/theirs/n1.lille belongs to experiment theirs",)


def test_a_kind_that_the_guard_does_not_know_is_never_sent() -> None:
    assert refusals(made("novelty", "x", NODE, AddressRange("a", 0, 1, 1))) != ()
