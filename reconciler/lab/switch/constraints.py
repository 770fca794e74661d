"""What must hold of a whole configuration before it may run; checked by validate and commit.  Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.lab.switch.names import interfaces, local, prefixed, vlan
from reconciler.lab.switch.rpc_error import RpcError, RpcFailure
from reconciler.lab.switch.schema import CONFIG, INDEX, INTERFACE, NAME, SUBINTERFACE, VLAN_CONFIG, Keyed, Leaf
from reconciler.lab.switch.tree import Branch, branch_at, entries_at, leaf_at, values_at

_LIST = "/oc-if:interfaces/oc-if:interface"


def require_valid(tree: Branch) -> None:
    """Pass a configuration that may run.

    Raises:
        RpcFailure: with every reason.
    """
    errors = tuple(find_breaches(tree))
    if errors:
        raise RpcFailure(*errors)


def find_breaches(tree: Branch) -> Iterator[RpcError]:
    for name, port in entries_at(tree, interfaces("interfaces"), interfaces("interface")).items():
        path = f"{_LIST}[oc-if:name='{name}']"
        yield from _entry_breaches(INTERFACE, NAME, name, port, path)
        for index, subinterface in entries_at(port, interfaces("subinterfaces"), interfaces("subinterface")).items():
            below = f"{path}/oc-if:subinterfaces/oc-if:subinterface[oc-if:index='{index}']"
            yield from _entry_breaches(SUBINTERFACE, INDEX, index, subinterface, below)
            yield from _tagging_breaches(branch_at(subinterface, vlan("vlan")), f"{below}/oc-vlan:vlan")


def _entry_breaches(schema: Keyed, key: str, text: str, entry: Branch, path: str) -> Iterator[RpcError]:
    """The key refers to the leaf of the same name under ``config``, and mandatory leaves are there."""
    config = branch_at(entry, CONFIG)
    if leaf_at(config, key) != text:
        message = f"{local(key)} {text!r} refers to config/{local(key)}, which has no such value"
        yield RpcError("data-missing", message, path=f"{path}/{prefixed(key)}", app_tag="instance-required")
    for tag, node in schema.children[CONFIG].children.items():
        if isinstance(node, Leaf) and node.mandatory and leaf_at(config, tag) is None:
            where = f"{path}/oc-if:config/{prefixed(tag)}"
            info = (("bad-element", local(tag)),)
            yield RpcError("data-missing", f"mandatory leaf {local(tag)} is missing", path=where, info=info)


def _tagging_breaches(tags: Branch, path: str) -> Iterator[RpcError]:
    """The models leave these to prose; a switch cannot program such a subinterface and refuses the commit."""
    match = branch_at(tags, vlan("match"))
    if len(match.children) > 1:
        yield RpcError("operation-failed", "one subinterface matches in one way only", path=f"{path}/oc-vlan:match")
    for mapping in (vlan("ingress-mapping"), vlan("egress-mapping")):
        config = branch_at(tags, mapping, VLAN_CONFIG)
        action = leaf_at(config, vlan("vlan-stack-action"))
        where = f"{path}/{prefixed(mapping)}"
        if action in ("PUSH", "SWAP") and leaf_at(config, vlan("vlan-id")) is None:
            yield RpcError("operation-failed", f"{action} needs a vlan-id", path=where)
        if action == "PUSH" and mapping == vlan("ingress-mapping") and not _matched(match):
            yield RpcError("operation-failed", "PUSH on frames that nothing matches", path=where)


def _matched(match: Branch) -> bool:
    single = leaf_at(match, vlan("single-tagged"), VLAN_CONFIG, vlan("vlan-id"))
    return single is not None or bool(values_at(match, vlan("single-tagged-list"), VLAN_CONFIG, vlan("vlan-ids")))
