"""One site of the tree becomes one Site document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.adapters import Adapter
from reconciler.importers.g5k.address_space import address_space
from reconciler.importers.g5k.cabling import Cable, Plug, find_cables
from reconciler.importers.g5k.disputes import Disputed
from reconciler.importers.g5k.draft import SiteDraft
from reconciler.importers.g5k.equipment import Equipment, NodePort
from reconciler.importers.g5k.interfaces import node_interfaces
from reconciler.importers.g5k.invented import join_islands, make_wan
from reconciler.importers.g5k.nodes import NodeDraft
from reconciler.importers.g5k.options import Options
from reconciler.importers.g5k.tree import natural_key
from reconciler.importers.g5k.vlan_space import vlan_space
from reconciler.importers.record import Record
from reconciler.spec.document import API_VERSION

_DOMAIN = re.compile(r"[a-z0-9.-]{1,200}\Z")


def build_document(draft: SiteDraft, disputed: Disputed, options: Options) -> Fields | None:
    """The document's fields in the order in which they are written; None, with a report, when there can be none."""
    if not draft.nodes:
        draft.record.report("I601", f"{draft.name}: no nodes; no document is written for it")
        return None
    addresses = address_space(draft.name, draft.record, options)
    if addresses is None:
        return None
    compare_ports(draft.name, draft.nodes, draft.equipment)
    nodes = [_node(node, draft.name, disputed, options) for node in draft.nodes]
    spec: Fields = {
        "domain": _domain(draft),
        "access": "direct" if options.real else "lab",
        "deployer": {"driver": "kadeploy"},
        "addresses": addresses,
        "vlans": vlan_space(draft.name, draft.record, draft.equipment, draft.nodes),
        "nodes": nodes,
    }
    _add_network(spec, draft, options)
    labels: Fields = {"testbed": "grid5000"}
    return {"apiVersion": API_VERSION, "kind": "Site", "metadata": {"name": draft.name, "labels": labels}, "spec": spec}


def _domain(draft: SiteDraft) -> str:
    """What the nodes' addresses have in common after their names."""
    ends: Counter[str] = Counter()
    for node in draft.nodes:
        for adapter in node.adapters:
            name, _, domain = (adapter.record.text("network_address") or "").partition(".")
            if name == node.name and _DOMAIN.match(domain.lower()):
                ends[domain.lower()] += 1
    return ends.most_common(1)[0][0] if ends else f"{draft.name}.grid5000.fr"


def _node(node: NodeDraft, site: str, disputed: Disputed, options: Options) -> Fields:
    fields: Fields = {"name": node.name, "cluster": node.cluster}
    if node.cores is not None:
        fields["cores"] = node.cores
    if node.memory_mib is not None:
        fields["memory"] = f"{node.memory_mib}MiB"
    if node.hvm:
        fields["hvm"] = True
    if not node.deployable:
        fields["deployable"] = False
    fields["interfaces"] = node_interfaces(node, site, disputed, options.bridge)
    return fields


def _add_network(spec: Fields, draft: SiteDraft, options: Options) -> None:
    """Switches, cables and the way to other sites."""
    adapters = [a for node in draft.nodes for a in node.adapters if a.ethernet and a.usable and a.switch is not None]
    uses = Counter(str(adapter.switch) for adapter in adapters)
    taken = {Plug(str(adapter.switch), adapter.port) for adapter in adapters if adapter.port is not None}
    cables = list(find_cables(draft.equipment, taken))
    cables += join_islands(draft, uses, cables, options)
    taken |= {plug for cable in cables for plug in cable}
    uses.update(dict.fromkeys((plug.switch for cable in cables for plug in cable), 0))
    wan = make_wan(draft, uses, taken, options)
    if wan is not None:
        cables.append(wan.cable)
        uses.update({wan.cable[0].switch: 0})
    named = {str(adapter.switch): adapter.record for adapter in reversed(adapters)}
    spec["switches"] = [_switch(draft, name, uses[name], named.get(name)) for name in sorted(uses, key=natural_key)]
    spec["links"] = [_link(cable) for cable in cables]
    if wan is not None:
        spec["wan"] = wan.fields


def _switch(draft: SiteDraft, name: str, node_count: int, named: Record | None) -> Fields:
    """``named`` is the first adapter that names it.  Switches for administration only do not come here."""
    fields: Fields = {"name": name}
    item = next((item for item in draft.equipment if item.name == name), None)
    if item is None and named is not None:
        summary = f"{draft.name}: switch {name} is named by {node_count} interfaces and not described"
        named.report("I401", summary, "only its name is written", "switch")
    if item is not None and item.address is not None:
        fields["address"] = item.address
    if item is not None and not item.managed:
        fields["managed"] = False
    return fields


def _link(cable: Cable) -> Fields:
    ends: list[Fields] = [{"switch": plug.switch, "port": plug.port} for plug in cable]
    return {"between": ends}


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
        "the node's file takes precedence",
    )
