"""Which commands lead from one state to another, and what they disturb.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.drivers.host import validation
from reconciler.drivers.host.commands import MakeBridge, Release, RemoveBridge, RemoveLink, Verify
from reconciler.drivers.host.hypervisor import Hypervisor, Live
from reconciler.drivers.host.leftover_disks import OFF
from reconciler.drivers.host.links import left_over, stray_ports
from reconciler.drivers.host.owner_tags import owner_at, render_tag
from reconciler.model.change import Action, Cause, Change
from reconciler.model.errors import Refused
from reconciler.model.plan import Command, Impact, Step
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host

_IMAGE = ("mode", "kernel", "ramdisk", "disk", "base_disk")
_RESTART = ("uuid", "arguments", "vcpu_count")


def turn(step: Step[Any]) -> int:
    """Where a step stands in a script.

    Bridges first: no guest is started into a bridge that is not right; unwanted ones last, when they are empty.
    """
    action = step.change.action
    if isinstance(step.change.resource.spec, Bridge):
        return 4 if action is Action.DELETE else 0
    return {Action.DELETE: 1, Action.UPDATE: 2, Action.CREATE: 3}[action]


def plan_host(change: Change[Host]) -> Step[Command]:
    """A node's image is another driver's; here it is only verified, and released without a word to it.

    Raises:
        Refused: it runs another image; nothing that can be done over SSH changes that.
    """
    if change.after is None:
        return Step(change, (Release(change.resource.endpoint.host),))
    if change.before is not None:
        raise Refused(f"{change.address}: the node runs another image, which cannot be set over SSH; deploy it again")
    validation.check_host(change.after)
    return Step(change, (Verify(change.after),))


def plan_bridge(change: Change[Bridge]) -> Step[Command]:
    """What stands in a bridge and is not its VLAN's is taken out; it is deleted only if it was its VLAN's on the uplink
    that it had: any other we did not make.
    """
    before, after = change.before, change.after
    if after is None:
        bridge = change.resource.spec
        validation.check_bridge(bridge)
        return Step(change, (RemoveBridge(bridge),))
    validation.check_bridge(after)
    if before is None:
        return Step(change, (MakeBridge(after),))
    if before.vlan and change.cause is not Cause.DRIFT:
        validation.check_bridge(before)
        old = RemoveBridge(before) if before.name != after.name else RemoveLink(validation.vlan_link(before))
        return Step(change, (old, MakeBridge(after)), Impact.RESTART)
    left = tuple(RemoveLink(name) for name in left_over(before, after))
    return Step(change, (MakeBridge(after, stray_ports(before, after)), *left))


def plan_domain(change: Change[Domain], hypervisor: Hypervisor) -> Step[Command]:
    """``hypervisor`` has the words; what a change disturbs, and which disks go, is decided here."""
    before, after = change.before, change.after
    if after is None:
        domain = before or change.resource.spec
        validation.check_name(domain.name, domain.uuid)
        return Step(change, _end(domain, change.resource.spec, hypervisor), Impact.REPLACE)
    validation.check_domain(after, hypervisor.modes)
    mark = render_tag(owner_at(change.resource.endpoint, change.address), after.uuid)
    if before is None:
        return Step(change, (hypervisor.create(after, mark),))
    validation.check_name(before.name, before.uuid)
    if before.state == OFF or _differ(before, after, _IMAGE):
        # Where nothing runs, nothing is disturbed.  Its disk may be half a copy: it is made anew.
        impact = Impact.LIVE if before.state == OFF else Impact.REPLACE
        return Step(change, (*_end(before, after, hypervisor), hypervisor.create(after, mark)), impact)
    if _must_restart(before, after, hypervisor.live):
        # The disk stays: a guest that only gets more memory keeps its data.
        again = hypervisor.create(after, mark, keeps_disk=bool(after.disk))
        return Step(change, (hypervisor.destroy(before), again), Impact.RESTART)
    return Step(change, tuple(hypervisor.update(before, after, mark)))


def _must_restart(before: Domain, after: Domain, live: frozenset[Live]) -> bool:
    return (
        before.state not in ("running", "paused")
        or _differ(before, after, _RESTART)
        or not live.issuperset(_differences(before, after))
        or attached(before, after) is None
    )


def _differences(before: Domain, after: Domain) -> Iterator[Live]:
    if before.name != after.name:
        yield Live.RENAME
    if before.memory_mib != after.memory_mib:
        yield Live.GROW if after.memory_mib > before.memory_mib else Live.SHRINK
    if before.nics != after.nics:
        yield Live.NICS


def detached(before: Domain, after: Domain) -> tuple[Nic, ...]:
    return tuple(nic for nic in before.nics if nic not in after.nics)


def attached(before: Domain, after: Domain) -> tuple[Nic, ...] | None:
    """The NICs to attach, when those that stay keep their order in front of them; else None: devices only append."""
    kept = tuple(nic for nic in before.nics if nic in after.nics)
    return after.nics[len(kept) :] if after.nics[: len(kept)] == kept else None


def _end(domain: Domain, declared: Domain, hypervisor: Hypervisor) -> tuple[Command, ...]:
    """End it and remove its own disks; of several under one that runs, only the declared one is surely its own."""
    disks = domain.disk.split(",")
    if domain.state != OFF and len(disks) > 1:
        disks = [disk for disk in disks if disk == declared.disk]
    own = [disk for disk in disks if validation.is_own_disk(disk)] or [""]
    return tuple(hypervisor.destroy(domain, disk) for disk in own)


def _differ(before: Domain, after: Domain, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
