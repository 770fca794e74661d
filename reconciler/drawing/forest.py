"""Which box hangs below which: a site's switches as trees, from the one nearest to the backbone downwards."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from reconciler.drawing.figure import Box, Figure, Shape

_BARS = (Shape.SWITCH, Shape.SHARED)


@dataclass(frozen=True, slots=True)
class Tree:
    """``bar`` with the boxes on it and the trees below it; without a bar, boxes that hang on nothing."""

    bar: Box | None
    leaves: tuple[Box, ...]
    children: tuple[Tree, ...]


def plant(figure: Figure, site: str) -> list[Tree]:
    """The trees of a site.  Every box of it is in exactly one of them, at its first cable."""
    boxes = {box.name: box for box in figure.boxes if box.site == site}
    bars = [box for box in boxes.values() if box.shape in _BARS]
    outward = {c.lower for c in figure.cables if c.upper not in boxes}
    roots = sorted(bars, key=lambda bar: bar.name not in outward)
    below = _below(figure, [bar.name for bar in roots])
    hung = {name for names in below.values() for name in names}
    trees = [_grow(bar.name, boxes, below) for bar in roots if bar.name not in hung]
    loose = tuple(box for box in boxes.values() if box.shape not in _BARS and box.name not in hung)
    return [*trees, Tree(None, loose, ())] if loose else trees


def _below(figure: Figure, roots: list[str]) -> dict[str, list[str]]:
    """For each bar what hangs on it; breadth first, so that ways are short."""
    neighbours: dict[str, list[str]] = {name: [] for name in roots}
    for cable in figure.cables:
        if cable.upper in neighbours:
            neighbours[cable.upper].append(cable.lower)
        if cable.upper in neighbours and cable.lower in neighbours:
            neighbours[cable.lower].append(cable.upper)
    below: dict[str, list[str]] = {}
    seen: set[str] = set()
    for root in roots:
        queue = deque([] if root in seen else [root])
        seen.add(root)
        while queue:
            name = queue.popleft()
            below[name] = [other for other in dict.fromkeys(neighbours.get(name, ())) if other not in seen]
            seen.update(below[name])
            queue.extend(other for other in below[name] if other in neighbours)
    return below


def _grow(name: str, boxes: dict[str, Box], below: dict[str, list[str]]) -> Tree:
    hanging = [boxes[other] for other in below[name]]
    return Tree(
        boxes[name],
        tuple(box for box in hanging if box.shape not in _BARS),
        tuple(_grow(box.name, boxes, below) for box in hanging if box.shape in _BARS),
    )
