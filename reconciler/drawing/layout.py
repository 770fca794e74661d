"""Where boxes and cables go: a switch is a bar over all that hangs on it, hosts stand below in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.drawing.figure import Box, Cable, Figure, Shape
from reconciler.drawing.forest import Tree, plant

LINE, PAD, GAP, LANE, DOT = 17, 10, 16, 5, 9
"""Pixels: a line of text, the inside of a box, between boxes, between the lines of networks, a network's dot."""
_CHARACTER, _BOLD_CHARACTER = 6.2, 7.0
_COLUMN = 8
"""Hosts below each other before a new column begins."""
_FRAME_PAD, _LABEL, _DROP = 16, 26, 26


@dataclass(frozen=True, slots=True)
class Placed:
    """A box, by its upper left corner."""

    box: Box
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a site."""

    site: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Wire:
    """One network's line on a cable; ``aside`` when the cable is beside the tree of switches."""

    network: str
    cable: Cable
    points: tuple[tuple[int, int], ...]
    aside: bool = False


@dataclass(slots=True)
class Layout:
    width: int = 0
    height: int = 0
    placed: dict[str, Placed] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)


def lay_out(figure: Figure) -> Layout:
    """Place everything; the same figure is placed the same way."""
    return _Drafter(figure).run()


def box_height(box: Box) -> int:
    return 2 * PAD + LINE * (1 + len(box.items)) - 4


def box_width(box: Box) -> int:
    lines = [len(box.title) * _BOLD_CHARACTER]
    lines += [len(item.text) * _CHARACTER + DOT * len(item.networks) for item in box.items]
    return 2 * PAD + int(max(lines)) + 8


class _Drafter:
    def __init__(self, figure: Figure) -> None:
        self.figure, self.layout = figure, Layout()
        self.left = {frozenset((cable.upper, cable.lower)): cable for cable in figure.cables}

    def run(self) -> Layout:
        between = [box for box in self.figure.boxes if box.shape is Shape.BACKBONE]
        top = GAP + sum(box_height(box) + GAP for box in between) + (_DROP if between else 0)
        x = GAP
        for site in self.figure.sites:
            x += self._site(site, x, top) + GAP
        y = GAP
        for box in between:
            self._put(box, GAP, y, max(x - 2 * GAP, box_width(box)))
            y += box_height(box) + GAP
        for cable in list(self.left.values()):
            self._rise(cable) if cable.upper in {box.name for box in between} else self._aside(cable)
        corners = [(p.x + p.width, p.y + p.height) for p in self.layout.placed.values()]
        corners += [(f.x + f.width, f.y + f.height) for f in self.layout.frames]
        self.layout.width = max((right for right, _ in corners), default=GAP) + GAP
        self.layout.height = max((low for _, low in corners), default=GAP) + GAP
        return self.layout

    # -- boxes ---------------------------------------------------------------------------------

    def _site(self, site: str, x: int, y: int) -> int:
        at, top = x + _FRAME_PAD, y + _LABEL
        bottom = top
        for tree in plant(self.figure, site):
            width, height = self._tree(tree, at, top)
            at, bottom = at + width + GAP, max(bottom, top + height)
        width = max(at - GAP + _FRAME_PAD - x, 2 * _FRAME_PAD + len(site) * 9)
        self.layout.frames.append(Frame(site, x, y, width, bottom + _FRAME_PAD - y))
        return width

    def _tree(self, tree: Tree, x: int, y: int) -> tuple[int, int]:
        """Place a bar, what hangs on it and the bars below it; gives the size of all."""
        edge = y + box_height(tree.bar) if tree.bar is not None else y
        below = edge + _DROP if tree.bar is not None else y
        at, bottom = x, edge
        for start in range(0, len(tree.leaves), _COLUMN):
            width, height = self._column(tree.bar, tree.leaves[start : start + _COLUMN], at, below)
            at, bottom = at + width + GAP, max(bottom, below + height)
        for child in tree.children:
            width, height = self._tree(child, at, below)
            if tree.bar is not None and child.bar is not None:
                self._straight(self._take(tree.bar, child.bar), at + PAD + LANE, edge, below)
            at, bottom = at + width + GAP, max(bottom, below + height)
        width = max(at - GAP - x, box_width(tree.bar) if tree.bar is not None else 0)
        if tree.bar is not None:
            self._put(tree.bar, x, y, width)
        return width, bottom - y

    def _column(self, bar: Box | None, leaves: Sequence[Box], x: int, y: int) -> tuple[int, int]:
        cables = [self._take(bar, leaf) for leaf in leaves]
        lanes = sorted({key for cable in cables if cable is not None for key in cable.networks})
        left = x + (PAD + LANE * len(lanes) + PAD if lanes else 0)
        width, at = max(map(box_width, leaves)), y
        for leaf, cable in zip(leaves, cables, strict=True):
            self._put(leaf, left, at, width)
            for key in cable.networks if cable is not None else ():
                lane = lanes.index(key)
                bus, level = x + PAD + LANE * lane, at + box_height(leaf) // 2 + LANE * lane - LANE * len(lanes) // 2
                self._wire(cable, key, (bus, y - _DROP), (bus, level), (left, level))
            at += box_height(leaf) + GAP // 2
        return left + width - x, at - GAP // 2 - y

    def _put(self, box: Box, x: int, y: int, width: int) -> None:
        self.layout.placed[box.name] = Placed(box, x, y, width, box_height(box))

    # -- wires ---------------------------------------------------------------------------------

    def _take(self, upper: Box | None, lower: Box) -> Cable | None:
        """The cable between two boxes, which is drawn now."""
        return self.left.pop(frozenset((upper.name, lower.name)), None) if upper is not None else None

    def _wire(self, cable: Cable | None, network: str, *points: tuple[int, int], aside: bool = False) -> None:
        if cable is not None:
            self.layout.wires.append(Wire(network, cable, points, aside))

    def _straight(self, cable: Cable | None, x: int, top: int, bottom: int) -> None:
        for index, key in enumerate(cable.networks if cable is not None else ()):
            self._wire(cable, key, (x + LANE * index, top), (x + LANE * index, bottom))

    def _rise(self, cable: Cable) -> None:
        upper, lower = self.layout.placed[cable.upper], self.layout.placed[cable.lower]
        middle = lower.x + lower.width // 2 - LANE * len(cable.networks) // 2
        self._straight(cable, middle, upper.y + upper.height, lower.y)

    def _aside(self, cable: Cable) -> None:
        """A second cable of a host, or one that closes a ring."""
        upper, lower = self.layout.placed[cable.upper], self.layout.placed[cable.lower]
        for index, key in enumerate(cable.networks):
            start = (upper.x + upper.width - PAD - LANE * index, upper.y + upper.height)
            end = (lower.x + lower.width, lower.y + lower.height // 2 + LANE * index)
            self._wire(cable, key, start, end, aside=True)
