"""Which commands lead from one state to another, and what they disturb.  Pure."""

from __future__ import annotations

from reconciler.drivers.host.xen import validation
from reconciler.drivers.host.xen.commands import (
    Attach,
    Command,
    Create,
    Destroy,
    Detach,
    MakeBridge,
    RemoveBridge,
    RemoveLink,
    Rename,
    SetMemory,
    Unpause,
    Verify,
)
from reconciler.drivers.host.xen.links import left_over, stray_ports
from reconciler.drivers.host.xen.owner_tags import owner_at, render_tag
from reconciler.drivers.host.xen.xl import OFF
from reconciler.model.change import Cause, Change
from reconciler.model.errors import Refused
from reconciler.model.plan import Impact, Step
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host

_IMAGE = ("mode", "kernel", "ramdisk", "disk", "base_disk")
_RESTART = ("uuid", "arguments", "vcpu_count")


def plan_host(change: Change[Host]) -> Step[Command]:
    """A node's image is another driver's; here it is only verified, and nothing is done when it is let go.

    Raises:
        Refused: it runs another image; nothing that can be done over SSH changes that.
    """
    if change.after is None:
        return Step(change, ())
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


def plan_domain(change: Change[Domain]) -> Step[Command]:
    before, after = change.before, change.after
    if after is None:
        domain = before or change.resource.spec
        validation.check_name(domain.name, domain.uuid)
        return Step(change, tuple(_end(domain, change.resource.spec)), Impact.REPLACE)
    validation.check_domain(after)
    mark = render_tag(owner_at(change.resource.endpoint, change.address), after.uuid)
    if before is None:
        return Step(change, (Create(after, mark),))
    validation.check_name(before.name, before.uuid)
    if before.state == OFF:
        # Nothing runs that could be disturbed.  Its disk may be half a copy: it is made anew, as that of a lost one.
        return Step(change, (*_end(before, after), Create(after, mark)))
    if _differ(before, after, _IMAGE):
        return Step(change, (*_end(before, after), Create(after, mark)), Impact.REPLACE)
    if _must_restart(before, after):
        # The disk stays: a guest that only gets more memory keeps its data.
        return Step(
            change,
            (Destroy(before.name, before.uuid), Create(after, mark, keeps_disk=bool(after.disk))),
            Impact.RESTART,
        )
    return Step(change, tuple(_live(before, after, mark)))


def _must_restart(before: Domain, after: Domain) -> bool:
    return (
        before.state not in ("running", "paused")
        or after.memory_mib > before.memory_mib  # maxmem is what it was created with; xl refuses more
        or _differ(before, after, _RESTART)
        or (before.nics != after.nics and _appended(before, after) is None)
    )


def _live(before: Domain, after: Domain, mark: str) -> list[Command]:
    commands: list[Command] = []
    if before.name != after.name:
        commands.append(Rename(before.name, after.name, after.uuid))
    if before.nics != after.nics:
        commands += [Detach(after.name, nic, after.uuid) for nic in before.nics if nic not in after.nics]
        commands += [Attach(after.name, nic, after.uuid) for nic in _appended(before, after) or ()]
    if before.memory_mib != after.memory_mib:
        commands.append(SetMemory(after.name, after.memory_mib, after.uuid))
    if before.state == "paused":
        commands.append(Unpause(after.name, after.uuid, mark))
    return commands


def _appended(before: Domain, after: Domain) -> tuple[Nic, ...] | None:
    """The NICs to attach, when those that stay keep their order in front of them; else None: devices only append."""
    kept = tuple(nic for nic in before.nics if nic in after.nics)
    return after.nics[len(kept) :] if after.nics[: len(kept)] == kept else None


def _end(domain: Domain, declared: Domain) -> list[Command]:
    """End it and remove its own disks; of several under one that runs, only the declared one is surely its own."""
    disks = domain.disk.split(",")
    if domain.state != OFF and len(disks) > 1:
        disks = [disk for disk in disks if disk == declared.disk]
    own = [disk for disk in disks if validation.is_own_disk(disk)] or [""]
    return [Destroy(domain.name, domain.uuid, disk) for disk in own]


def _differ(before: Domain, after: Domain, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
