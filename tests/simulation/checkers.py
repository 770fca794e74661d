"""What must hold after every change of any device: no double use, no common frames, nobody's hand on others' things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.ownership import parse_mark
from reconciler.drivers.switch.vlans import expand
from tests.simulation.devices.host import Dom0, Guest, macs
from tests.simulation.devices.switch import Switch
from tests.simulation.frames import COMMON, Cables, carried, hearing
from tests.simulation.truth import Truth

STRANGER = ""
"""Who holds an address in the state database that somebody outside uses."""


class Violation(AssertionError):
    """``rule`` is the invariant."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(f"{rule}: {what}")
        self.rule, self.what = rule, what


class Checkers:
    """``by_hand`` are ports that a person changed and nobody put right yet: what they do is not our doing."""

    def __init__(self, cables: Cables, switches: Mapping[str, Switch], hosts: Mapping[str, Dom0], truth: Truth) -> None:
        self.cables, self._switches, self._hosts, self.truth = cables, switches, hosts, truth
        self._before: dict[str, Mapping[str, Port]] = {name: {} for name in switches}
        self.by_hand: set[tuple[str, str]] = set()
        self._touched: set[tuple[str, str]] = set()
        self._put_right: dict[str, set[tuple[str, str]]] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self._fences: dict[str, tuple[str, int]] = {}
        self._newer: set[str] = set()
        self.rewound = False

    def baseline(self, host: str) -> None:
        """What a switch is like before anybody came."""
        self._before[host] = self._switches[host].running

    # -- books that are older than the devices ---------------------------------------------------------

    def rewind(self, epoch: int) -> None:
        """The books are as they were at that epoch: until all is as wanted again, they are no measure of who has what.

        Devices that are newer are not to be changed till a person says go on.
        """
        self.rewound = True
        self._newer = {host for host, (_, latest) in self._fences.items() if latest > epoch}
        for host, switch in self._switches.items():
            if any(mark > epoch for _, mark in _epochs(host, switch.running)):
                self._newer.add(host)

    def caught_up(self) -> None:
        self._newer.clear()

    def _is_not_newer(self, host: str, experiment: str) -> None:
        if host in self._newer:
            raise Violation("I6", f"{experiment} changed {host}, which is newer than its books")

    # -- the state database -----------------------------------------------------------------------------------

    def books_changed(self) -> None:
        """What is in use must still be held."""
        if self.rewound:
            return
        for host in self._switches:
            self._ports_are_held(host)
        self._addresses_are_held()

    # -- switches ------------------------------------------------------------------------------------

    def switch_changed(self, host: str, experiment: str, what: str) -> None:
        before, now = self._before[host], self._switches[host].running
        changed = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
        self._before[host] = now
        if what.endswith("by hand"):
            self._touched |= {(host, name) for name in changed}
            self._latest |= dict(_epochs(host, now))  # a person may put back a mark of long ago
            self.by_hand |= {(host, name) for name in changed}
        elif what.endswith(("restart", "rollback")):  # may bring back what a person had done
            self.by_hand |= {(host, name) for name in changed} & self._touched
            self.by_hand |= self._put_right.pop(host, set())
            self._latest |= dict(_epochs(host, now))  # what was on trial only is no acquisition
        else:
            redone = {(host, n) for n in changed if _frames(before.get(n, Port(n))) != _frames(now.get(n, Port(n)))}
            self._put_right[host] = self.by_hand & redone
            self.by_hand -= redone
        if experiment:
            self._is_not_newer(host, experiment)
            for name in [] if self.rewound else changed:
                self._may_change_port(host, name, experiment, before.get(name, Port(name)), now.get(name, Port(name)))
            self._epochs_grow(host, now)
        if not self.rewound:
            self._ports_are_held(host)
            self._nobody_overhears()

    def _may_change_port(self, host: str, name: str, experiment: str, was: Port, now: Port) -> None:
        owner = parse_mark(was.description)
        if owner is not None and owner.owner[1] != experiment:
            raise Violation("I6", f"{experiment} changed port {name} of {host}, which is marked by {owner.owner[1]}")
        node = self.cables.edges.get((host, name))
        if node is not None:
            if self.truth.nodes.get(node) != experiment:
                holder = self.truth.nodes.get(node, "nobody")
                raise Violation("I6", f"{experiment} changed port {name} of {host}; {node} is held by {holder}")
            return
        moved = expand(was.entries) ^ expand(now.entries)
        pool = self._pool(host, name)
        for vlan in sorted(moved):
            if self.truth.ids.get((pool, vlan)) != experiment:
                raise Violation("I6", f"{experiment} changed VLAN {vlan} on {name} of {host}, which it does not hold")

    def _epochs_grow(self, host: str, now: Mapping[str, Port]) -> None:
        for key, epoch in _epochs(host, now):
            if epoch < self._latest.get(key, 0):
                raise Violation("I6", f"the epoch on {key[0].partition('/')[2]} of {host} fell to {epoch}")
            self._latest[key] = epoch

    def _pool(self, host: str, name: str) -> str:
        if self.cables.backbone.get(host) == name:
            return "stag:trunk"
        return f"vlan:{host.rpartition('.')[2]}"

    def _ports_are_held(self, host: str) -> None:
        """An edge port that is up carries VLANs that the holder of its machine holds, and no others."""
        site = host.rpartition(".")[2]
        for name, port in self._switches[host].running.items():
            node = self.cables.edges.get((host, name))
            if node is None or not port.enabled or (host, name) in self.by_hand:
                continue
            mark = parse_mark(port.description)
            vlans = carried(port)
            if mark is None:
                if vlans - COMMON:
                    raise Violation("I2", f"port {name} of {host} is up in {sorted(vlans)[:3]} and nobody's")
                continue
            owner = mark.owner[1]
            if vlans & COMMON or not vlans or port.native is not None:
                raise Violation("I2", f"port {name} of {host}, {owner}'s, is up in a VLAN common to all")
            if self.truth.nodes.get(node) != owner:
                raise Violation("I2", f"port {name} of {host} is up for {owner}; its machine is not {owner}'s")
            for vlan in sorted(vlans):
                if self.truth.ids.get((f"vlan:{site}", vlan)) != owner:
                    raise Violation("I2", f"port {name} of {host} is up in VLAN {vlan}, which {owner} does not hold")

    def _nobody_overhears(self) -> None:
        running = {host: switch.running for host, switch in self._switches.items()}
        for segment, ports in hearing(self.cables, running).items():
            owners = {self.truth.nodes.get(self.cables.edges[port], "") for port in ports - self.by_hand}
            if len(owners - {""}) > 1:
                raise Violation("I2", f"{' and '.join(sorted(owners))} hear each other in VLAN {segment[2]}")

    # -- hosts ---------------------------------------------------------------------------------------

    def host_changed(self, host: str, experiment: str, thing: object) -> None:
        if experiment:
            self._is_not_newer(host, experiment)
        if experiment and not self.rewound:
            if self.truth.nodes.get(host) != experiment:
                raise Violation("I6", f"{experiment} acted on {host}, held by {self.truth.nodes.get(host, 'nobody')}")
            if isinstance(thing, Guest) and thing.author not in ("", experiment):
                raise Violation("I6", f"{experiment} changed {thing.domain.name}, which {thing.author} made")
        if experiment:
            self._fence_grows(host)
        if not self.rewound:
            self._addresses_are_held()

    def _fence_grows(self, host: str) -> None:
        mark, _, lineage = self._hosts[host].fence.partition(" ")
        epoch = int(mark.rpartition(":")[2] or 0)
        before = self._fences.get(host, ("", 0))
        if before[0] == lineage and epoch < before[1]:
            raise Violation("I6", f"the fence of {host} fell from {before[1]} to {epoch}")
        self._fences[host] = (lineage, epoch)

    def node_taken(self, host: str, experiment: str, workflows: int) -> None:
        if workflows > 1:
            raise Violation("I6", f"{host} is imaged for {experiment} while another deployment has it")
        self._is_not_newer(host, experiment)
        if self.truth.nodes.get(host) != experiment and not self.rewound:
            raise Violation("I6", f"{experiment} images {host}, held by {self.truth.nodes.get(host, 'nobody')}")
        self._fences.pop(host, None)

    def _addresses_are_held(self) -> None:
        users: dict[str, tuple[str, str]] = {}
        for name, host in self._hosts.items():
            for mac, user in macs(host).items():
                if not user:
                    continue
                other = users.get(mac)
                if other is not None and other[1] != user:
                    raise Violation("I1", f"{mac} is in use by {user} on {name} and by {other[1]} on {other[0]}")
                users[mac] = (name, user)
                if self.truth.macs.get(mac) not in (user, STRANGER):  # from a stranger we move away, in time
                    raise Violation("I1", f"{mac} is in use by {user} on {name}, and not leased to it")


def check_kill(by: str, whose: str) -> None:
    """A run may end a session of its own that hangs, and no other's."""
    if by != whose:
        raise Violation("I6", f"{by} ended a session of {whose}")


def _frames(port: Port) -> Port:
    """What of a port matters to frames: all but its description."""
    return replace(port, description="")


def _epochs(host: str, ports: Mapping[str, Port]) -> Iterator[tuple[tuple[str, str], int]]:
    """By port and owner."""
    for port in ports.values():
        mark = parse_mark(port.description)
        if mark is not None:
            yield (f"{host}/{port.name}", mark.owner[1]), mark.epoch
