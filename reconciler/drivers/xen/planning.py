"""Which commands lead from one state to another, and what they disturb.  Pure."""

from __future__ import annotations

from reconciler.drivers.xen import words
from reconciler.drivers.xen.commands import (
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
from reconciler.drivers.xen.links import stray_ports
from reconciler.drivers.xen.marks import owner_at, render_tag
from reconciler.model.change import Cause, Change
from reconciler.model.errors import Refused
from reconciler.model.plan import Impact, Step
from reconciler.resources.domain import Bridge, Domain, Host, Nic

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
    words.check_host(change.after)
    return Step(change, (Verify(change.after),))


def plan_bridge(change: Change[Bridge]) -> Step[Command]:
    """What stands in a bridge and is not its VLAN's is taken out; a drifted link is not deleted: we did not make it."""
    before, after = change.before, change.after
    if after is None:
        bridge = change.resource.spec
        words.check_bridge(bridge)
        return Step(change, (RemoveBridge(bridge),))
    words.check_bridge(after)
    if before is None:
        return Step(change, (MakeBridge(after),))
    if before.vlan and change.cause is not Cause.DRIFT:
        words.check_bridge(before)
        old = RemoveBridge(before) if before.name != after.name else RemoveLink(words.vlan_link(before))
        return Step(change, (old, MakeBridge(after)), Impact.RESTART)
    return Step(change, (MakeBridge(after, stray_ports(before, after)),))


def plan_domain(change: Change[Domain]) -> Step[Command]:
    before, after = change.before, change.after
    if after is None:
        domain = before or change.resource.spec
        words.check_name(domain.name, domain.uuid)
        return Step(change, (Destroy(domain.name, domain.uuid, _own_disk(domain)),), Impact.REPLACE)
    words.check_domain(after)
    mark = render_tag(owner_at(change.resource.endpoint, change.address), after.uuid)
    if before is None:
        return Step(change, (Create(after, mark),))
    words.check_name(before.name, before.uuid)
    if _differ(before, after, _IMAGE):
        return Step(change, (Destroy(before.name, before.uuid, _own_disk(before)), Create(after, mark)), Impact.REPLACE)
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
        commands.append(Rename(before.name, after.name))
    if before.nics != after.nics:
        commands += [Detach(after.name, nic) for nic in before.nics if nic not in after.nics]
        commands += [Attach(after.name, nic) for nic in _appended(before, after) or ()]
    if before.memory_mib != after.memory_mib:
        commands.append(SetMemory(after.name, after.memory_mib))
    if before.state == "paused":
        commands.append(Unpause(after.name, after.uuid, mark))
    return commands


def _appended(before: Domain, after: Domain) -> tuple[Nic, ...] | None:
    """The NICs to attach, when those that stay keep their order in front of them; else None: devices only append."""
    kept = tuple(nic for nic in before.nics if nic in after.nics)
    return after.nics[len(kept) :] if after.nics[: len(kept)] == kept else None


def _own_disk(domain: Domain) -> str:
    return domain.disk if domain.disk.startswith(f"{words.DISKS}/") and "," not in domain.disk else ""


def _differ(before: Domain, after: Domain, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in names)
