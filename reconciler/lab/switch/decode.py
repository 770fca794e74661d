"""``<config>`` as XML to a checked ``Edit``; every breach of the schema is reported, not only the first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lxml import etree

from reconciler.lab.switch.edit import Edit, Operation
from reconciler.lab.switch.names import PREFIXES, local, netconf, prefixed, split_tag
from reconciler.lab.switch.rpc_error import RpcError, RpcFailure
from reconciler.lab.switch.schema import INTERFACE, ROOT, Container, Keyed, Leaf, Node

MAX_ERRORS = 50
_OPERATION = netconf("operation")


def decode_config(config: etree._Element, default: Operation, ports: Collection[str]) -> Edit:
    """The edit that ``<config>`` asks for.

    Raises:
        RpcFailure: unknown elements or namespaces, wrong types, missing keys, names that are no port, bad attributes.
    """
    decoder = _Decoder(frozenset(ports))
    edit = decoder.decode_children(config, ROOT, Edit(ROOT, default, ""), default)
    if decoder.errors:
        raise RpcFailure(*decoder.errors[:MAX_ERRORS])
    return edit


@dataclass(slots=True)
class _Decoder:
    ports: frozenset[str]
    errors: list[RpcError] = field(default_factory=list)

    def decode_children(
        self, parent: etree._Element, node: Container | Keyed, edit: Edit, inherited: Operation
    ) -> Edit:
        if (parent.text or "").strip() or any((child.tail or "").strip() for child in parent):
            self._refuse(
                "bad-element", f"text in {local(node.tag) or 'config'}", edit.path, bad_element=local(node.tag)
            )
        children = (self._decode(child, node.children, edit.path, inherited) for child in parent)
        kept = tuple(child for child in children if child is not None)
        self._check_repeats(kept)
        return Edit(edit.node, edit.operation, edit.path, edit.text, kept)

    def _decode(
        self, element: etree._Element, known: Mapping[str, Node], parent_path: str, inherited: Operation
    ) -> Edit | None:
        node = known.get(str(element.tag))
        path = f"{parent_path}/{prefixed(str(element.tag))}"
        if node is None:
            self._refuse_unknown(element, path)
            return None
        operation = self._operation(element, inherited, path)
        if isinstance(node, Leaf):
            return self._decode_leaf(element, node, operation, path)
        text = ""
        if isinstance(node, Keyed):
            key = self._decode_key(element, node, path)
            if key is None:
                return None
            text, path = key, f"{path}[{prefixed(node.key.tag)}={_quote(key)}]"
        inner = Operation.MERGE if operation in (Operation.CREATE, Operation.REPLACE) else operation
        return self.decode_children(element, node, Edit(node, operation, path, text), inner)

    def _decode_leaf(self, element: etree._Element, leaf: Leaf, operation: Operation, path: str) -> Edit | None:
        if len(element):
            inside = local(str(element[0].tag))
            self._refuse("unknown-element", f"{local(leaf.tag)} is a leaf", path, bad_element=inside)
            return None
        text = element.text or ""
        if operation.removes and not leaf.many and not text:
            return Edit(leaf, operation, path)  # a leaf to be deleted needs no value
        try:
            return Edit(leaf, operation, path, leaf.type.parse(text, element.nsmap))
        except ValueError as error:
            self._refuse("invalid-value", f"{local(leaf.tag)}: {error}", path, bad_element=local(leaf.tag))
            return None

    def _decode_key(self, element: etree._Element, node: Keyed, path: str) -> str | None:
        name = local(node.key.tag)
        keys = element.findall(node.key.tag)
        if not keys:
            self._refuse("missing-element", f"{local(node.tag)} without its key {name}", path, bad_element=name)
            return None
        if _OPERATION in keys[0].attrib:
            self._refuse("bad-attribute", "a key has no operation of its own", path, bad_attribute="operation")
            return None
        try:
            key = node.key.type.parse(keys[0].text or "", keys[0].nsmap)
        except ValueError as error:
            self._refuse("invalid-value", f"{name}: {error}", path, bad_element=name)
            return None
        if node is INTERFACE and key not in self.ports:
            message = f"this switch has no port {key!r}"
            self._refuse("invalid-value", message, f"{path}[{prefixed(node.key.tag)}={_quote(key)}]")
            return None
        return key

    def _operation(self, element: etree._Element, inherited: Operation, path: str) -> Operation:
        name = local(str(element.tag))
        for attribute in element.attrib:
            if attribute != _OPERATION:
                bare = local(str(attribute))
                hint = "the operation attribute belongs to the NETCONF namespace" if bare == "operation" else "refused"
                self._refuse("unknown-attribute", f"{bare}: {hint}", path, bad_attribute=bare, bad_element=name)
        text = element.get(_OPERATION)
        if text is None:
            return inherited
        if text in ("merge", "replace", "create", "delete", "remove"):
            return Operation(text)
        self._refuse("bad-attribute", f"no operation {text[:40]!r}", path, bad_attribute="operation", bad_element=name)
        return inherited

    def _check_repeats(self, children: tuple[Edit, ...]) -> None:
        seen: set[tuple[str, str]] = set()
        for child in children:
            single = isinstance(child.node, Container) or (isinstance(child.node, Leaf) and not child.node.many)
            mark = (child.node.tag, "" if single else child.text)
            if mark in seen:
                name = local(child.node.tag)
                self._refuse("bad-element", f"{name} is given twice", child.path, bad_element=name)
            seen.add(mark)

    def _refuse_unknown(self, element: etree._Element, path: str) -> None:
        namespace, name = split_tag(str(element.tag))
        if namespace not in PREFIXES:
            info = {"bad_element": name, "bad_namespace": namespace}
            self._refuse("unknown-namespace", f"namespace {namespace!r} of {name} is not known", path, **info)
            return
        self._refuse("unknown-element", f"{name} is not known here", path, bad_element=name)

    def _refuse(self, tag: str, message: str, path: str, **info: str) -> None:
        details = tuple((name.replace("_", "-"), value) for name, value in info.items())
        self.errors.append(RpcError(tag, message, path=path, info=details))


def _quote(text: str) -> str:
    """``text`` as an XPath literal; one that holds both quotes cannot be written and loses them."""
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "") + '"'
