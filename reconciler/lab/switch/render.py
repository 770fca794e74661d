"""A configuration tree as XML, in the order this switch answers: its ports' order, leaf-lists as it pleases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from lxml import etree

from reconciler.lab.switch.names import PREFIXES, split_tag
from reconciler.lab.switch.schema import INTERFACE, ROOT, Container, Keyed, Leaf, Node
from reconciler.lab.switch.tree import Branch, Entries, Value
from reconciler.lab.switch.wire import make_element


@dataclass(frozen=True, slots=True)
class Order:
    """Ports come as they are numbered; leaf-lists in an order that ``seed`` chooses and that is not the one set."""

    ports: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0

    @classmethod
    def of(cls, ports: Sequence[str], seed: int) -> Order:
        return cls({port: number for number, port in enumerate(ports)}, seed)

    def values(self, values: frozenset[str]) -> list[str]:
        return sorted(values, key=lambda value: blake2b(f"{self.seed}:{value}".encode(), digest_size=8).digest())

    def entries(self, node: Keyed, entries: Entries) -> list[tuple[str, Branch]]:
        if node is INTERFACE:
            return sorted(entries.by_key.items(), key=lambda item: self.ports.get(item[0], 0))
        return sorted(entries.by_key.items(), key=lambda item: int(item[0]))


def render_tree(tree: Branch, order: Order, root: str = "config") -> etree._Element:
    """The whole configuration under an element named ``root``."""
    element = etree.Element(root)
    _render_children(element, ROOT, tree, order)
    return element


def _render_children(parent: etree._Element, node: Container | Keyed, branch: Branch, order: Order) -> None:
    for tag, child in node.children.items():
        value = branch.children.get(tag)
        if value is not None:
            _render(parent, child, value, order)


def _render(parent: etree._Element, node: Node, value: Value, order: Order) -> None:
    if isinstance(node, Leaf):
        texts = order.values(value) if isinstance(value, frozenset) else [str(value)]
        for text in texts:
            _render_leaf(parent, node, text)
    elif isinstance(value, Entries) and isinstance(node, Keyed):
        for _, entry in order.entries(node, value):
            _render_children(_add(parent, node.tag), node, entry, order)
    elif isinstance(value, Branch):
        _render_children(_add(parent, node.tag), node, value, order)


def _render_leaf(parent: etree._Element, leaf: Leaf, text: str) -> None:
    if not leaf.type.identity:
        _add(parent, leaf.tag).text = text
        return
    namespace, name = split_tag(text)
    prefix = PREFIXES[namespace]
    _add(parent, leaf.tag, {prefix: namespace}).text = f"{prefix}:{name}"


def _add(parent: etree._Element, tag: str, prefixes: Mapping[str, str] | None = None) -> etree._Element:
    namespace, _ = split_tag(tag)
    known: dict[str | None, str] = {None: namespace}
    known.update(prefixes or {})
    element = make_element(tag, known)
    parent.append(element)
    return element
