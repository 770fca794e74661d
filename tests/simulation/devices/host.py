"""A node with Xen: guests, bridges, disks, the lock and the mark; it carries a script out, heard or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.drivers.host import commands as family
from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.host.links import HostLink
from reconciler.drivers.host.outcomes import judge
from reconciler.drivers.host.planning import turn  # the order in which one script does things
from reconciler.drivers.host.validation import vlan_link
from reconciler.drivers.host.xen import commands as xen
from reconciler.model.address import Address
from reconciler.model.errors import Refused, Unreachable, Unreadable
from reconciler.model.outcome import Done, Failed
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from tests.simulation.call import REPLY, Call, Moments
from tests.simulation.devices.answers import states_on

LOCK_WAIT_S = 60.0
APPEARED = "a domain has appeared that was not there when we looked"


@dataclass(frozen=True, slots=True)
class Guest:
    """``author`` is the experiment that made it, as only the simulated world knows; ``mark`` is what it carries."""

    domain: Domain
    author: str
    mark: str


class Dom0:
    """``changed`` is told what was done, by whom and to what, at each change."""

    client_driven = False
    heals = False

    def __init__(self, host: str, image: str, changed: Callable[[str, str, object], None]) -> None:
        self.host, self.image, self._changed = host, image, changed
        self.incarnation = 0
        self.up = True
        self.guests: dict[str, Guest] = {}
        self.zombies: dict[str, Guest] = {}
        self.disks: dict[str, str] = {}
        self.links: dict[str, HostLink] = {}
        self.fence = ""
        self._lock: Call | None = None

    # -- what happens to it ----------------------------------------------------------------------

    def restart(self) -> None:
        """Nothing of ours starts by itself; what is in memory is gone, what is on disk stays."""
        self.incarnation += 1
        self.guests, self.zombies, self.links, self._lock = {}, {}, {}, None
        self._changed("", f"{self.host} restart", None)

    def image_with(self, image: str) -> None:
        self.fence, self.disks, self.image = "", {}, image
        self.restart()

    def bury(self, uuid: str) -> None:
        if self.zombies.pop(uuid, None) is not None:
            self._changed("", f"{self.host} zombie gone", None)

    def end_by_hand(self, uuid: str) -> None:
        """A person ends a guest, and leaves its disk."""
        self.guests.pop(uuid, None)
        self._changed("", f"{self.host} by hand", None)

    def by_hand(self, uuid: str, **fields: str) -> None:
        """A person changes a guest's state or name."""
        guest = self.guests.get(uuid)
        if guest is not None:
            self.guests[uuid] = replace(guest, domain=replace(guest.domain, **fields))  # type: ignore[arg-type]  # texts
        self._changed("", f"{self.host} by hand", None)

    def let_in(self, stranger: Domain) -> None:
        """Somebody who knows nothing of us starts a guest of his own."""
        self.guests[stranger.uuid] = Guest(stranger, "", "")
        self._changed("", f"{self.host} by hand", None)

    def cut_link(self, name: str) -> None:
        """A person deletes a bridge, or an interface in one."""
        self.links.pop(name, None)
        self.links = {n: replace(k, master="") if k.master == name else k for n, k in self.links.items()}
        self._changed("", f"{self.host} by hand", None)

    # -- calls -------------------------------------------------------------------------------------

    def serve(self, call: Call) -> Moments:
        yield "host.lock"
        waited = 0.0
        while self._lock is not None:
            if waited >= LOCK_WAIT_S:
                raise Unreachable(f"{self.host}: another run is changing this host; try again when it has ended")
            waited += 2.0
            yield 2.0
        self._lock = call
        try:
            if call.asks:
                return (yield from self._observe(call))
            return (yield from self._batch(call))
        finally:
            if self._lock is call:
                self._lock = None

    def _observe(self, call: Call) -> Moments:
        yield "host.fence"
        taken = self._mark(call).judge(self.fence)
        if taken:
            return {resource.address: Foreign(taken) for resource in call.resources}
        if call.fence.barrier:
            self._pass_gate(call)
        yield "host.read"
        answer = states_on(self, call.resources)
        yield REPLY
        return answer

    def _batch(self, call: Call) -> Moments:
        released = [step for step in call.steps if any(isinstance(each, family.Release) for each in step.commands)]
        ordered = sorted((step for step in call.steps if step not in released), key=turn)
        for step in released:
            call.settle(Done(step.change.address, Absent()))
        yield "host.fence"
        self._pass_gate(call)
        said: dict[Address, str] = {}
        stopped = False
        for step in ordered:
            for command in step.commands:
                yield f"host.{type(command).__name__}"
                trouble = yield from self._do(command, call, step)
                said[step.change.address] = said.get(step.change.address, "") + trouble
                stopped = stopped or trouble == APPEARED or bool(trouble and turn(step) == 0)
            if stopped:
                break
        yield "host.look"
        states = states_on(self, [step.change.resource for step in ordered])
        yield REPLY
        for step in ordered:
            address = step.change.address
            if stopped:
                error = Unreadable(f"{self.host}: {said[max(said)]}; what was not begun was not done")
                call.settle(Failed(address, error, unsure=address in said))
            else:
                call.settle(judge(self.host, step, states[address], said.get(address, "")))
        return None

    # -- the fence ---------------------------------------------------------------------------------

    def _pass_gate(self, call: Call) -> None:
        """Let through whom the mark there allows, and put theirs in its place."""
        mark = self._mark(call)
        taken = mark.judge(self.fence)
        if taken:
            raise Refused(f"{taken}; nothing was changed")
        if self.fence != mark.line:
            self.fence = mark.line
            self._changed(call.experiment, f"{self.host} fence {call.fence.epoch}", None)

    def _mark(self, call: Call) -> HostMark:
        return HostMark(self.host.rpartition(".")[2], call.experiment, self.host, call.fence)

    # -- commands ----------------------------------------------------------------------------------

    def _do(self, command: xen.Command | family.Command, call: Call, step: Step[Any]) -> Moments:
        """Carry one command out; returns what it printed when it failed."""
        match command:
            case xen.Create():
                return (yield from self._create(command, call))
            case xen.Destroy():
                return self._destroy(command, call)
            case family.MakeBridge(bridge, strays):
                self._make_bridge(bridge, strays, call)
            case family.RemoveBridge(bridge):
                self._remove_links((bridge.name, vlan_link(bridge)), call)
            case family.RemoveLink(name):
                self._remove_links((name,), call)
            case family.Verify():
                pass
            case _:
                return self._change(command, call)
        return ""

    def _create(self, command: xen.Create, call: Call) -> Moments:
        domain = command.domain
        if any(guest.domain.name == domain.name for guest in self.guests.values()):
            if domain.disk and not command.keeps_disk:
                return APPEARED
            return f"Domain with name {domain.name!r} already exists"
        if domain.disk and not command.keeps_disk:
            self.disks[domain.disk] = call.experiment
        if any(nic.bridge not in self.links for nic in domain.nics) or domain.uuid in self.guests:
            if not command.keeps_disk:
                self.disks.pop(domain.disk, None)
            return "unable to add vif devices"
        self.guests[domain.uuid] = Guest(replace(domain, state="paused"), call.experiment, "")
        self._changed(call.experiment, f"{self.host} Create", self.guests[domain.uuid])
        yield "host.mark"
        self._put(domain.uuid, call, mark=f"{command.mark}:{call.fence.epoch}")
        yield "host.begin"
        self._put(domain.uuid, call, state="running")
        return ""

    def _put(self, uuid: str, call: Call, mark: str | None = None, **fields: Any) -> None:
        guest = self.guests.get(uuid)
        if guest is not None:
            domain = replace(guest.domain, **fields)
            self.guests[uuid] = Guest(domain, guest.author, guest.mark if mark is None else mark)
            self._changed(call.experiment, f"{self.host} change", self.guests[uuid])

    def _destroy(self, command: xen.Destroy, call: Call) -> str:
        guest = self.guests.get(command.uuid)
        if guest is None or guest.domain.name != command.name:
            names = {other.domain.name for other in self.guests.values()}
            if guest is None and command.uuid not in self.zombies and command.name not in names and command.disk:
                self.disks.pop(command.disk, None)
                self._changed(call.experiment, f"{self.host} remove disk", None)
            return f"{command.name} is not ours"
        uuid = command.uuid
        del self.guests[uuid]
        self.disks.pop(command.disk, None)
        if call.doomed_objects_s:
            self.zombies[uuid] = guest
        self._changed(call.experiment, f"{self.host} Destroy", guest)
        return ""

    def _change(self, command: xen.Command, call: Call) -> str:
        uuid = command.uuid  # type: ignore[union-attr]  # all that are left have one
        guest = self.guests.get(uuid)
        if guest is None or guest.domain.name != command.name:  # type: ignore[union-attr]
            return ""
        domain = guest.domain
        match command:
            case xen.SetMemory(_, memory_mib):
                self._put(uuid, call, memory_mib=memory_mib)
            case xen.Unpause(_, _, mark):
                self._put(uuid, call, state="running", mark=f"{mark}:{call.fence.epoch}")
            case xen.Rename(_, after):
                self._put(uuid, call, name=after)
            case xen.Attach(_, nic):
                if nic.bridge not in self.links:
                    return "bridge not found"
                self._put(uuid, call, nics=(*(n for n in domain.nics if n.mac != nic.mac), nic))
            case xen.Detach(_, nic):
                self._put(uuid, call, nics=tuple(n for n in domain.nics if n.mac != nic.mac))
            case _:
                raise NotImplementedError(f"the simulated host does not know {type(command).__name__}")
        return ""

    def _make_bridge(self, bridge: Bridge, strays: tuple[str, ...], call: Call) -> None:
        link = vlan_link(bridge)
        for stray in strays:
            if stray in self.links:
                self.links[stray] = replace(self.links[stray], master="")
        self.links[link] = HostLink(link, "vlan", True, bridge.name, bridge.uplink, bridge.vlan)
        self.links[bridge.name] = HostLink(bridge.name, "bridge", True, "", "", None)
        self._changed(call.experiment, f"{self.host} MakeBridge", bridge)

    def _remove_links(self, names: tuple[str, ...], call: Call) -> None:
        for name in names:
            self.links.pop(name, None)
        self.links = {n: replace(k, master="") if k.master in names else k for n, k in self.links.items()}
        self._changed(call.experiment, f"{self.host} RemoveLinks", names)


def macs(host: Dom0) -> Mapping[str, str]:
    """Every MAC in use, with the experiment that uses it; also by what is ending."""
    living = (*host.guests.values(), *host.zombies.values())
    return {nic.mac: guest.author for guest in living if guest.author for nic in guest.domain.nics}
