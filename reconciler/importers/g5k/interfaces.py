"""Which of a node's adapters become interfaces, and which of these an experiment may use."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.adapters import Adapter
from reconciler.importers.g5k.disputes import Disputed
from reconciler.importers.g5k.nodes import NodeDraft

BRIDGE = "br0"
"""What the testbed's own images call the bridge that a ``bridged`` adapter is in."""


def node_interfaces(node: NodeDraft, site: str, disputed: Disputed, bridge: str | None) -> list[Fields]:
    """The usable Ethernet adapters, as interfaces of a Site document.

    The adapter that carries the node's own address is its ``management`` interface, when another one is free for
    experiments; a node with a single one is moved as a whole, as the site's own VLAN service does.
    ``bridge`` names the bridge on the experiment interfaces, where the inventory names none.
    """
    usable = [adapter for adapter in node.adapters if adapter.ethernet and adapter.usable]
    if not usable:
        _report_none(node)
        return []
    for_experiments = _for_experiments(usable)
    if not any(_port(adapter, site, disputed) for adapter in for_experiments):
        _report_no_port(node, for_experiments)
    return [_interface(adapter, site, disputed, adapter in for_experiments, bridge) for adapter in usable]


def _for_experiments(usable: Sequence[Adapter]) -> list[Adapter]:
    primary = next((adapter for adapter in usable if adapter.primary), usable[0])
    others = [adapter for adapter in usable if adapter is not primary and adapter.movable and adapter.cabled]
    return others or ([primary] if primary.movable else [])


def _interface(adapter: Adapter, site: str, disputed: Disputed, for_experiments: bool, bridge: str | None) -> Fields:
    port = _port(adapter, site, disputed)
    chosen = BRIDGE if adapter.bridged else (bridge if for_experiments else None)
    fields = {
        "name": adapter.name,
        "mac": None if adapter.mac in disputed.macs else adapter.mac,
        "ip": None if adapter.ip in disputed.ips else adapter.ip,
        "bridge": chosen,
        "switch": adapter.switch if port is not None else None,
        "port": port,
        # Never touched: the way to the node, or a port that the site's VLAN service leaves alone.
        "management": None if for_experiments else True,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _port(adapter: Adapter, site: str, disputed: Disputed) -> str | None:
    if adapter.switch is None or adapter.port is None or (site, adapter.switch, adapter.port) in disputed.ports:
        return None
    return adapter.port


def _report_none(node: NodeDraft) -> None:
    if any(adapter.ethernet for adapter in node.adapters):
        node.record.report(
            "I202",
            f"{node.name}: all Ethernet interfaces are switched off; written without interfaces",
            key="network_adapters",
        )
    else:
        node.record.report(
            "I201", f"{node.name} has no Ethernet interface; written without interfaces", key="network_adapters"
        )


def _report_no_port(node: NodeDraft, for_experiments: Sequence[Adapter]) -> None:
    if for_experiments:
        first = for_experiments[0]
        where = (
            f"{first.name} is on {first.switch}, at which port" if first.switch else f"the switch port of {first.name}"
        )
        hint = "it cannot join an isolated network"
        first.record.report("I205", f"{node.name}: {where} is not known", hint)
    else:
        node.record.report(
            "I206",
            f"{node.name}: the site's VLAN service moves none of its interfaces",
            "it cannot join an isolated network",
            "network_adapters",
        )
