"""XML from and to the wire: a parser that trusts nobody, and the envelope of a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

from lxml import etree

from reconciler.lab.switch.names import NETCONF, netconf

DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>'


class Malformed(ValueError):
    """Not XML, or XML with a document type, which NETCONF forbids."""


def parse_message(message: bytes) -> etree._Element:
    """Read one message.  Entities, document types and the network are never touched.

    Raises:
        Malformed: with the parser's reason.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(message.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(str(error)) from error
    if _has_document_type(root):
        raise Malformed("a document type declaration is not allowed")
    return root


def _has_document_type(root: etree._Element) -> bool:
    tree = root.getroottree()
    return tree.docinfo is not None and tree.docinfo.internalDTD is not None


def make_element(tag: str, prefixes: Mapping[str | None, str]) -> etree._Element:
    """A new element; the prefix None is the default namespace (which lxml's type stubs do not know)."""
    return etree.Element(tag, nsmap=cast("Mapping[str, str]", prefixes))


def render_message(root: etree._Element) -> bytes:
    return DECLARATION + etree.tostring(root, encoding="UTF-8")


def build_reply(
    request_attributes: Mapping[str, str],
    request_prefixes: Mapping[str | None, str],
    content: Iterable[etree._Element],
) -> etree._Element:
    """``<rpc-reply>`` with all attributes of the ``<rpc>`` (RFC 6241 4.2); no content means ``<ok/>``."""
    prefixes: dict[str | None, str] = {None: NETCONF}
    prefixes.update((prefix, space) for prefix, space in request_prefixes.items() if prefix and space != NETCONF)
    reply = make_element(netconf("rpc-reply"), prefixes)
    for name, value in request_attributes.items():
        reply.set(name, value)
    for element in content:
        reply.append(element)
    if len(reply) == 0:
        etree.SubElement(reply, netconf("ok"))
    return reply
