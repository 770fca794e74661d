"""Do the switches' files and the nodes' files tell the same story?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.importers.g5k.adapters import Adapter
from reconciler.importers.g5k.equipment import Equipment, NodePort
from reconciler.importers.g5k.nodes import NodeDraft


def compare_ports(site: str, nodes: Sequence[NodeDraft], equipment: Iterable[Equipment]) -> None:
    """Report ports with nodes that do not exist, and cables whose ends differ.  The node's own file is believed."""
    adapters = {(node.name, a.name): a for node in nodes for a in node.adapters if a.ethernet}
    known = {node.name for node in nodes}
    for item in equipment:
        for port in item.node_ports if item.ethernet else ():
            if port.node not in known:
                port.record.report(
                    "I406", f"{site}: {item.name} has a port for {port.node!r}, which has no file", key="uid"
                )
            elif (adapter := adapters.get((port.node, port.device or "eth0"))) is not None and adapter.cabled:
                _compare(item, port, adapter)


def _compare(item: Equipment, port: NodePort, adapter: Adapter) -> None:
    if adapter.switch == item.name and adapter.port in port.names:
        return
    names = " or ".join(map(repr, sorted(port.names))) or "nameless"
    port.record.report(
        "I406",
        f"{port.node} {adapter.name} is on {adapter.switch} {adapter.port} by its own file, here {item.name} {names}",
        "the node's file is believed",
    )
