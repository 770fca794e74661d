"""The lab's network as a whole: what its switches and hosts say now, who sees whom, and who ever did."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.lab.reachability import Cabling, Fabric, Jack, Place, group, group_leaks
from reconciler.lab.switch.effective import PortState


@dataclass(frozen=True, slots=True)
class Seen:
    """``sequence`` counts the groups kept and dropped; ``seconds`` since the lab started or was reset."""

    sequence: int
    seconds: float
    members: frozenset[str]


@dataclass(slots=True)
class IsolationLog:
    """Groups that ever were, without those that another group contains: no pair that met is lost by that."""

    _groups: list[Seen] = field(default_factory=list)
    _sequence: int = 0

    def record(self, groups: Iterable[Iterable[str]], seconds: float) -> None:
        for connected in groups:
            members = frozenset(connected)
            if len(members) > 1 and not any(members <= seen.members for seen in self._groups):
                self._sequence += 1
                self._groups = [seen for seen in self._groups if not seen.members < members]
                self._groups.append(Seen(self._sequence, round(seconds, 3), members))

    @property
    def groups(self) -> tuple[Seen, ...]:
        return tuple(self._groups)


@dataclass(frozen=True, slots=True)
class Member:
    """A virtual machine or, with no ``uuid``, a node's own interface.  ``host`` is the node's full name."""

    name: str
    host: str
    mac: str
    place: Place
    uuid: str = ""

    @property
    def key(self) -> str:
        """One NIC: a machine with two of them is in two places and joins nothing."""
        return f"{self.name}@{self.host}/{self.mac}"


@dataclass(slots=True)
class Network:
    """Told of every change as it happens, so that the log misses no moment."""

    cabling: Cabling
    interfaces: tuple[Member, ...]
    _ports: dict[Jack, PortState] = field(default_factory=dict)
    _machines: dict[str, tuple[Member, ...]] = field(default_factory=dict)
    _fabric: Fabric | None = None
    _marked: tuple[tuple[str, Place], ...] = ()
    _log: IsolationLog = field(default_factory=IsolationLog)
    _started: float = field(default_factory=time.monotonic)

    def set_ports(self, switch: str, ports: Mapping[str, PortState]) -> None:
        found = {Jack(switch, port): state for port, state in ports.items()}
        if any(self._ports.get(jack) != state for jack, state in found.items()):
            self._ports |= found
            self._fabric = None
            self._marked = tuple(self._find_marked())
            self.record()

    def set_machines(self, host: str, machines: Iterable[Member]) -> None:
        found = tuple(machines)
        if self._machines.get(host, ()) != found:
            self._machines[host] = found
            self.record()

    def record(self) -> None:
        """Survey for leaks too: frames that pass one way only."""
        machines = ((member.key, member.place) for member in self.machines)
        self._log.record(group_leaks(self._current(), (*machines, *self._marked)), time.monotonic() - self._started)

    def _find_marked(self) -> Iterator[tuple[str, Place]]:
        """Nodes' interfaces at ports with somebody's mark: as much theirs as a machine, and known by the mark."""
        for member in self.interfaces:
            for jack in self.cabling.segments.get(member.place.segment, ()):
                port = self._ports.get(jack)
                if port is not None and port.description:
                    yield replace(member, name=port.description).key, member.place

    @property
    def machines(self) -> tuple[Member, ...]:
        return tuple(member for host in sorted(self._machines) for member in self._machines[host])

    def groups(self) -> tuple[tuple[Member, ...], ...]:
        """Machines and node interfaces that see each other now, frames passing both ways."""
        everyone = (*self.machines, *self.interfaces)
        members = {member.key: member for member in everyone}
        found = group(self._current(), ((member.key, member.place) for member in everyone))
        return tuple(tuple(members[key] for key in keys) for keys in found)

    def history(self) -> tuple[Seen, ...]:
        """Groups of machines and marked ports, by ``Member.key``, that ever saw each other or leaked to one another."""
        return self._log.groups

    def forget(self) -> None:
        """Start the log again, with what is connected now."""
        self._log, self._started = IsolationLog(), time.monotonic()
        self.record()

    def _current(self) -> Fabric:
        if self._fabric is None:
            self._fabric = Fabric(self.cabling, self._ports)
        return self._fabric
