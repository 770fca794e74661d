from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from reconciler.drawing.figure import Box, Cable, Figure, Shape
from reconciler.drawing.forest import Tree, plant
from tests.drawing.scenes import everything


def boxes_of(tree: Tree) -> Iterator[Box]:
    if tree.bar is not None:
        yield tree.bar
    yield from tree.leaves
    for child in tree.children:
        yield from boxes_of(child)


def test_the_switch_at_the_backbone_is_the_root() -> None:
    tree = plant(everything(), "lille")[0]
    assert tree.bar is not None and tree.bar.name == "sw-1.lille"
    assert [child.bar.name for child in tree.children if child.bar is not None] == ["sw-2.lille"]


def test_what_hangs_on_nothing_is_still_there() -> None:
    *_, last = plant(everything(), "nancy")
    assert last.bar is None
    assert [box.name for box in last.leaves] == ["griffon-4.nancy"]


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40))
def test_however_switches_are_cabled_each_box_is_drawn_once(pairs: set[tuple[int, int]]) -> None:
    boxes = [Box(str(n), Shape.SWITCH if n < 6 else Shape.HOST, "x", str(n)) for n in range(10)]
    cables = [Cable(str(a), str(b), ("n",)) for a, b in sorted(pairs) if a < b and a < 6]
    trees = plant(Figure("", (), tuple(boxes), tuple(cables)), "x")
    assert sorted(box.name for tree in trees for box in boxes_of(tree)) == [str(n) for n in range(10)]
