"""Our epoch in all that is sent: which descriptions go with an edit.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.drivers.switch.ownership import render_mark
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.fence import Fence
from reconciler.resources.switch import SwitchSlice


def marks_of(change: Change[SwitchSlice], older: Mapping[str, str], fence: Fence) -> dict[str, str]:
    """Marks by port: of what the change sets, and of ``older`` ones (ports with their tags), raised in the same edit.

    So the latest epoch on a switch never falls, whichever of our ports is given back last.
    """
    before, after = change.before or SwitchSlice(), change.after or SwitchSlice()
    kept = set(before.ports)
    tags = {edge.port: edge.tag for edge in after.ports if edge not in kept}
    released = {edge.port for edge in before.ports} - {edge.port for edge in after.ports}
    tags = {**{port: tag for port, tag in older.items() if port not in released}, **tags}
    return {port: render_mark(tag, fence) for port, tag in sorted(tags.items())}


def refuse_if_cut(what: str, marks: Mapping[str, str], longest: int) -> None:
    """Raises Refused when a switch that keeps ``longest`` characters of a description would cut a mark short."""
    for port, mark in marks.items():
        if len(mark) > longest:
            raise Refused(f"{what}: port {port}: the switch would cut the mark {mark!r} after {longest} characters")
