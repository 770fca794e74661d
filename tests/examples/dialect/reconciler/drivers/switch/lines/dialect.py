"""The command line as a dialect: what it can do, and which lines lead from one slice to another.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.drivers.switch.lines.configuration import parse_configuration, show_ids

from reconciler.drivers.switch.capabilities import Capabilities, QinQ
from reconciler.drivers.switch.device import Device, PortType
from reconciler.drivers.switch.vlans import expand
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice

_CAPABILITIES = Capabilities(
    qinq=QinQ.NONE,
    candidate=False,
    confirmed_commit=True,
    lock=True,
    description_length=64,
    vlan_ids=range(2, 4001),
    port_types=frozenset({PortType.ETHERNET, PortType.LAG}),
)


@dataclass(frozen=True, slots=True)
class Lines:
    """What is typed in configuration mode: each line takes effect as it is read."""

    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines)


class LinesDialect:
    capabilities = _CAPABILITIES

    def query(self) -> str:
        return "show running-config"

    def parse(self, reply: str) -> Device:
        return parse_configuration(reply)

    def render(self, before: SwitchSlice, after: SwitchSlice, parked: int | None) -> Lines | None:
        """VLANs are made before a port is in them, and go after the last has left."""
        had, has = _ids(before), _ids(after)
        kept, wanted = set(before.ports), {edge.port for edge in after.ports}
        lines = [f"vlan {vlan}" for vlan in sorted(has - had)]
        for edge in before.ports:
            if edge.port not in wanted:
                lines += _release(edge.port, parked)
        for edge in after.ports:
            if edge not in kept:
                lines += _set(edge)
        lines += _carry(before.carried, after.carried, parked)
        lines += [f"no vlan {vlan}" for vlan in sorted(had - has)]
        return Lines(tuple(lines)) if lines else None

    def stamp(self, edit: Lines | None, marks: Mapping[str, str]) -> Lines:
        stamped, port = list[str](), ""
        left = dict(marks)
        for line in edit.lines if edit is not None else ():
            word, _, rest = line.strip().partition(" ")
            port = rest if word == "interface" else port
            if word == "description" and port in left:
                line = f"  description {left.pop(port)}"
            stamped.append(line)
        for name, mark in left.items():
            stamped += [f"interface {name}", f"  description {mark}"]
        return Lines(tuple(stamped))


def _set(edge: EdgePort) -> Iterator[str]:
    """Down until its VLAN is right."""
    yield from (f"interface {edge.port}", "  shutdown", f"  description {edge.tag}")
    yield f"  trunk vlan {show_ids(edge.trunk)}" if edge.trunk else f"  access vlan {edge.access}"
    if edge.up:
        yield "  no shutdown"


def _release(port: str, parked: int | None) -> Iterator[str]:
    yield from (f"interface {port}", "  shutdown", f"  access vlan {parked or 1}", "  no description", "  no shutdown")


def _carry(before: Iterable[Carried], after: Iterable[Carried], parked: int | None) -> Iterator[str]:
    had, has = {c.port: c for c in before}, {c.port: c for c in after}
    for port in sorted(had.keys() | has.keys()):
        old, new = had.get(port, Carried(port, ())), has.get(port, Carried(port, ()))
        added, gone = set(new.vlans) - set(old.vlans), set(old.vlans) - set(new.vlans)
        if added or gone:
            yield f"interface {port}"
        if added:
            yield f"  trunk vlan add {show_ids(added)}"
        if gone and not new.vlans and expand(old.seen) <= set(old.vlans):
            yield f"  access vlan {parked or 1}"  # nobody else is on it
        elif gone:
            yield f"  trunk vlan remove {show_ids(gone)}"


def _ids(spec: SwitchSlice) -> frozenset[int]:
    edges = {vlan for edge in spec.ports for vlan in (edge.access, *edge.trunk) if vlan is not None}
    return frozenset(edges | {vlan for carried in spec.carried for vlan in carried.vlans})
