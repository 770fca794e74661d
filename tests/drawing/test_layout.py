from __future__ import annotations

from itertools import combinations

import pytest

from reconciler.drawing.figure import Figure
from reconciler.drawing.fold import fold
from reconciler.drawing.layout import Frame, Placed, lay_out
from tests.drawing.scenes import everything, many, quickstart


def apart(one: Placed | Frame, two: Placed | Frame) -> bool:
    beside = one.x + one.width <= two.x or two.x + two.width <= one.x
    return beside or one.y + one.height <= two.y or two.y + two.height <= one.y


FIGURES = {
    "quickstart": quickstart,
    "everything": everything,
    "folded": lambda: fold(many(30, 600)),
    "each": lambda: many(30, 600),
}


@pytest.fixture(params=FIGURES, scope="module")
def figure(request: pytest.FixtureRequest) -> Figure:
    return FIGURES[request.param]()


def test_no_box_lies_on_another(figure: Figure) -> None:
    placed = list(lay_out(figure).placed.values())
    assert len(placed) == len(figure.boxes)
    assert not [(a.box.name, b.box.name) for a, b in combinations(placed, 2) if not apart(a, b)]


def test_sites_are_apart_and_hold_their_boxes(figure: Figure) -> None:
    layout = lay_out(figure)
    assert all(apart(a, b) for a, b in combinations(layout.frames, 2))
    frames = {frame.site: frame for frame in layout.frames}
    for placed in layout.placed.values():
        if placed.box.site:
            frame = frames[placed.box.site]
            assert frame.x < placed.x and placed.x + placed.width < frame.x + frame.width
            assert frame.y < placed.y and placed.y + placed.height < frame.y + frame.height


def test_every_network_of_every_cable_has_its_line_from_box_to_box(figure: Figure) -> None:
    layout = lay_out(figure)
    drawn = sorted((w.cable.upper, w.cable.lower, w.network) for w in layout.wires)
    assert drawn == sorted((c.upper, c.lower, key) for c in figure.cables for key in c.networks)
    for wire in layout.wires:
        for point in (wire.points[0], wire.points[-1]):
            ends = (layout.placed[wire.cable.upper], layout.placed[wire.cable.lower])
            assert any(touches(point, end) for end in ends), wire


def touches(point: tuple[int, int], box: Placed) -> bool:
    x, y = point
    return box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height


def test_all_of_it_is_on_the_page_and_a_large_experiment_stays_readable() -> None:
    layout = lay_out(fold(many(30, 600)))
    assert all(p.x + p.width < layout.width and p.y + p.height < layout.height for p in layout.placed.values())
    assert layout.width < 1200 and layout.height < 900
