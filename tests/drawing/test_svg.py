from __future__ import annotations

from dataclasses import replace

from lxml import etree

from reconciler.drawing.figure import Box, Figure, Item, Network, Shape
from reconciler.drawing.svg import render_svg
from tests.drawing.scenes import everything, quickstart

HOSTILE = '</text><script>alert("x")</script>&'


def words(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in etree.fromstring(svg.encode()).iter("{*}text")]


def test_everything_that_is_in_the_figure_is_said() -> None:
    figure = everything()
    said = words(render_svg(figure))
    assert {box.title for box in figure.boxes} <= set(said)
    assert {item.text for box in figure.boxes for item in box.items} <= set(said)
    assert {network.title for network in figure.networks} <= set(said)


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert render_svg(quickstart()) == render_svg(quickstart())


def test_text_is_text_whatever_is_in_it() -> None:
    network = Network(HOSTILE, HOSTILE, "#000000", (HOSTILE,))
    box = Box(HOSTILE, Shape.HOST, HOSTILE, HOSTILE, (Item(HOSTILE, (HOSTILE,)),))
    svg = render_svg(Figure(HOSTILE, (network,), (box,), ()))
    assert not list(etree.fromstring(svg.encode()).iter("{*}script"))
    assert words(svg).count(HOSTILE) == 5


def test_a_figure_without_anything_is_a_picture_all_the_same() -> None:
    empty = render_svg(replace(everything(), networks=(), boxes=(), cables=()))
    assert etree.fromstring(empty.encode()).get("width") is not None
