"""XML from devices and for them: no document types, no entities, no other encoding than UTF-8, nothing from outside."""

from __future__ import annotations

from lxml import etree

from reconciler.model.errors import Unreadable
from reconciler.transport.versions import require

require("lxml", ".".join(map(str, etree.LXML_VERSION)))

_ENCODINGS = frozenset({None, "UTF-8", "utf-8", "US-ASCII", "us-ascii"})


def parse(text: str) -> etree._Element:
    """The root element of ``text``.

    Raises:
        Unreadable: not XML, or with a document type.  A declared encoding other than UTF-8 counts as well: in UTF-7 a
            document type looks like none to whoever searches the text.
    """
    try:
        root = etree.fromstring(text.encode(), _parser())
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise Unreadable(f"what is not XML: {error}") from None
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.doctype:
        raise Unreadable("XML with a document type; we follow none")
    if about.encoding not in _ENCODINGS:
        raise Unreadable(f"XML that says it is in {about.encoding[:40]!r}; only UTF-8 is read")
    return root


def _parser() -> etree.XMLParser:
    """A new one each time: a parser remembers names, and threads must not share one."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
