"""Subtree filters (RFC 6241 section 6): containment, selection, content match.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from lxml import etree

from reconciler.lab.switch.names import split_tag
from reconciler.lab.switch.wire import make_element


def select(data: etree._Element, subtree_filter: etree._Element) -> etree._Element:
    """A copy of ``data`` with what the filter's children select; an empty filter selects nothing.

    Keys are not added unasked: a filter that wants them names them.
    """
    result = _shell(data)
    result.extend(_prune_children(data, list(subtree_filter)))
    return result


def _prune_children(data: etree._Element, filters: Sequence[etree._Element]) -> list[etree._Element]:
    index = _Index(filters)
    return [part for child in data if (part := _prune(child, index.candidates(child))) is not None]


class _Index:
    """Filters by the first content match in them, so that hundreds of named ports are not tried on each port."""

    def __init__(self, filters: Sequence[etree._Element]) -> None:
        self._plain: list[etree._Element] = []
        self._keyed: dict[tuple[str, str], list[etree._Element]] = {}
        for node in filters:
            key = next((child for child in node if _is_content_match(child) and ":" not in (child.text or "")), None)
            if key is None:
                self._plain.append(node)
            else:
                self._keyed.setdefault(_key(key), []).append(node)

    def candidates(self, data: etree._Element) -> list[etree._Element]:
        """The filters that may match; all others surely do not."""
        found = {id(node): node for child in data for node in self._keyed.get(_key(child), ())} if self._keyed else {}
        return [*self._plain, *found.values()]


def _key(leaf: etree._Element) -> tuple[str, str]:
    return split_tag(str(leaf.tag))[1], (leaf.text or "").strip()


def _prune(data: etree._Element, filters: Sequence[etree._Element]) -> etree._Element | None:
    active = [node for node in filters if _matches(node, data)]
    if not active:
        return None
    if any(_takes_all(node) for node in active):
        return deepcopy(data)
    kept = _prune_children(data, [child for node in active for child in node])
    if not kept:
        return None
    result = _shell(data)
    result.extend(kept)
    return result


def _matches(node: etree._Element, data: etree._Element) -> bool:
    namespace, name = split_tag(str(node.tag))
    data_namespace, data_name = split_tag(str(data.tag))
    if name != data_name or (namespace and namespace != data_namespace):
        return False  # a filter element without a namespace matches in any (6.2.1)
    if node.attrib:
        return False  # our data carries no attributes, so none can match (6.2.2)
    if _is_content_match(node):
        return len(data) == 0 and _same_text(node, data)
    return all(_found(child, data) for child in node if _is_content_match(child))


def _found(wanted: etree._Element, data: etree._Element) -> bool:
    return any(_matches(wanted, child) for child in data)


def _takes_all(node: etree._Element) -> bool:
    """A selection node, a content match, or a containment of nothing but content matches."""
    return all(_is_content_match(child) for child in node)


def _is_content_match(node: etree._Element) -> bool:
    return len(node) == 0 and bool((node.text or "").strip())


def _same_text(node: etree._Element, data: etree._Element) -> bool:
    wanted, text = (node.text or "").strip(), (data.text or "").strip()
    return wanted == text or _identity(node, wanted) == _identity(data, text) is not None


def _identity(element: etree._Element, text: str) -> tuple[str, str] | None:
    """``prefix:name`` with its namespace, so that both sides may use prefixes of their own."""
    prefix, colon, name = text.partition(":")
    namespace = element.nsmap.get(prefix) if colon else None
    return (namespace, name) if namespace else None


def _shell(data: etree._Element) -> etree._Element:
    return make_element(str(data.tag), data.nsmap)
