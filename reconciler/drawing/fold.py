"""Many hosts that are alike become one box: 30 of them are one fact, not 30."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reconciler.drawing.figure import Box, Cable, Figure, Item, Shape

ALIKE = 6
"""So many hosts that are alike are still drawn one by one."""
_RUNS_SHOWN = 3
_NUMBERED = re.compile(r"(.*?)([0-9]+)\Z")


def fold(figure: Figure, most: int = ALIKE) -> Figure:
    """Put together hosts with the same site, cables and contents, where there are more than ``most``."""
    cables = _cables_by_host(figure)
    alike: dict[tuple[object, ...], list[Box]] = {}
    for box in figure.boxes:
        if box.shape is Shape.HOST:
            alike.setdefault((box.site, box.items, cables.get(box.name, ())), []).append(box)
    stands_for: dict[str, str] = {}
    folded: dict[str, Box] = {}
    for boxes in alike.values():
        if len(boxes) > most:
            stands_for |= {box.name: boxes[0].name for box in boxes}
            folded[boxes[0].name] = _together(boxes)
    kept = [box for box in figure.boxes if stands_for.get(box.name, box.name) == box.name]
    return replace(
        figure,
        boxes=tuple(folded.get(box.name, box) for box in kept),
        cables=tuple(cable for cable in figure.cables if stands_for.get(cable.lower, cable.lower) == cable.lower),
    )


def render_names(names: Sequence[str]) -> str:
    """``griffon-1…4, griffon-7``, and no more than a few of those."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    shown = [_render_run(run) for run in runs[:_RUNS_SHOWN]]
    return ", ".join(shown) + (" …" if len(runs) > _RUNS_SHOWN else "")


def _cables_by_host(figure: Figure) -> dict[str, tuple[Cable, ...]]:
    found: dict[str, tuple[Cable, ...]] = {}
    for cable in figure.cables:
        found[cable.lower] = (*found.get(cable.lower, ()), replace(cable, lower=""))
    return found


def _together(boxes: Sequence[Box]) -> Box:
    items = (Item(f"{len(boxes)} hosts, on each:"), *boxes[0].items)
    return replace(boxes[0], title=render_names([box.title for box in boxes]), items=items)


def _follows(first: str, second: str) -> bool:
    one, two = _NUMBERED.match(first), _NUMBERED.match(second)
    return bool(one and two and one[1] == two[1] and int(two[2]) == int(one[2]) + 1)


def _render_run(run: Sequence[str]) -> str:
    last = _NUMBERED.match(run[-1])
    return run[0] if len(run) == 1 or last is None else f"{run[0]}…{last[2]}"
