"""The edit as it is sent: as ``plan`` showed it, and our epoch in every mark of ours.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from reconciler.drivers.switch.openconfig.edit import NetconfEdit
from reconciler.drivers.switch.openconfig.openconfig import INTERFACES, NETCONF, NS
from reconciler.drivers.switch.openconfig.ownership import render_mark
from reconciler.model.fence import Fence

_OPERATION = f"{{{NETCONF}}}operation"
_EMPTY = NetconfEdit(f'<config xmlns="{NETCONF}"><interfaces xmlns="{INTERFACES}"/></config>')


def stamp(edit: NetconfEdit | None, older: Mapping[str, str], fence: Fence) -> etree._Element:
    """``older`` are ports with an older mark, and their tags: these are raised in the same edit.

    So the latest epoch on a switch never falls, whichever of our ports is given back last.
    """
    config = (edit or _EMPTY).element()
    interfaces = config.find("if:interfaces", NS)
    if interfaces is None:
        raise ValueError("an edit of ours always has interfaces")
    by_name = {element.findtext("if:name", "", NS): element for element in interfaces}
    described = {
        name: found for name, e in by_name.items() if (found := e.find("if:config/if:description", NS)) is not None
    }
    for description in described.values():
        if description.get(_OPERATION) is None:
            description.text = render_mark(description.text or "", fence)
    for name, tag in sorted(older.items()):
        if name not in described:
            element = by_name.get(name)
            if element is None:
                element = _add(interfaces, "interface")
                _add(element, "name").text = name
            found = element.find("if:config", NS)
            _add(_add(element, "config") if found is None else found, "description").text = render_mark(tag, fence)
    return config


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{INTERFACES}}}{name}")
