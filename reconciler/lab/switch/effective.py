"""What a configuration makes the ports do, vendor defaults included.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.lab.switch.leaf_types import TPIDS
from reconciler.lab.switch.names import ethernet, interfaces, vlan
from reconciler.lab.switch.schema import CONFIG, MODE, VLAN_CONFIG
from reconciler.lab.switch.tree import EMPTY, Branch, branch_at, entries_at, leaf_at, values_at

DEFAULT_VLAN: Final = 1
ALL: Final = frozenset(range(1, 4095))
"""What a trunk without an explicit list carries."""


@dataclass(frozen=True, slots=True)
class Push:
    """Frames that arrive tagged with one of ``c_vlans`` get ``s_vlan`` pushed; ``pops``: and lose it on the way out.

    ``tpid`` is the outer tag's ethertype: 0x8100 unless it was set.
    """

    s_vlan: int
    c_vlans: frozenset[int]
    tpid: int = 0x8100
    pops: bool = False


@dataclass(frozen=True, slots=True)
class PortState:
    """``untagged``: the VLAN of frames without a tag; None: they are dropped.  ``tagged`` excludes it."""

    up: bool = True
    untagged: int | None = DEFAULT_VLAN
    tagged: frozenset[int] = frozenset()
    pushes: tuple[Push, ...] = ()
    description: str = ""


def port_states(running: Branch, ports: Iterable[str]) -> Mapping[str, PortState]:
    """Every physical port, in the order given: without configuration it is up and untagged in VLAN 1."""
    configured = entries_at(running, interfaces("interfaces"), interfaces("interface"))
    return {port: _port_state(configured.get(port, EMPTY)) for port in ports}


def _port_state(port: Branch) -> PortState:
    untagged, tagged = _switched(branch_at(port, ethernet("ethernet"), vlan("switched-vlan"), VLAN_CONFIG))
    return PortState(
        up=leaf_at(port, CONFIG, interfaces("enabled")) != "false",
        untagged=untagged,
        tagged=tagged,
        pushes=tuple(_pushes(port)),
        description=leaf_at(port, CONFIG, interfaces("description")) or "",
    )


def _switched(config: Branch) -> tuple[int | None, frozenset[int]]:
    """The untagged VLAN and the tagged ones.  A trunk's list also filters its native VLAN, which is 1 unless set."""
    if leaf_at(config, MODE) != "TRUNK":
        return int(leaf_at(config, vlan("access-vlan")) or DEFAULT_VLAN), frozenset()
    ranges = values_at(config, vlan("trunk-vlans"))
    carried = frozenset(number for text in ranges for number in _expand(text)) if ranges else ALL
    native = int(leaf_at(config, vlan("native-vlan")) or DEFAULT_VLAN)
    return (native if native in carried else None), carried - {native}


def _expand(text: str) -> range:
    low, _, high = text.partition("..")
    return range(int(low), int(high or low) + 1)


def _pushes(port: Branch) -> Iterator[Push]:
    subinterfaces = entries_at(port, interfaces("subinterfaces"), interfaces("subinterface"))
    for _, subinterface in sorted(subinterfaces.items(), key=lambda item: int(item[0])):
        tags = branch_at(subinterface, vlan("vlan"))
        ingress = branch_at(tags, vlan("ingress-mapping"), VLAN_CONFIG)
        s_vlan = leaf_at(ingress, vlan("vlan-id"))
        disabled = leaf_at(subinterface, CONFIG, interfaces("enabled")) == "false"
        if disabled or s_vlan is None or leaf_at(ingress, vlan("vlan-stack-action")) != "PUSH":
            continue
        egress = leaf_at(tags, vlan("egress-mapping"), VLAN_CONFIG, vlan("vlan-stack-action"))
        tpid = TPIDS.get(leaf_at(ingress, vlan("tpid")) or "", 0x8100)
        yield Push(int(s_vlan), _matched(branch_at(tags, vlan("match"))), tpid, egress == "POP")


def _matched(match: Branch) -> frozenset[int]:
    single = leaf_at(match, vlan("single-tagged"), VLAN_CONFIG, vlan("vlan-id"))
    listed = values_at(match, vlan("single-tagged-list"), VLAN_CONFIG, vlan("vlan-ids"))
    return frozenset(map(int, listed if single is None else {single}))
