from __future__ import annotations

import re

from reconciler.drawing.dot import render_dot
from reconciler.drawing.figure import Box, Figure, Shape
from tests.drawing.scenes import everything


def test_sites_are_clusters_and_a_cable_has_the_colour_of_each_network() -> None:
    figure = everything()
    text = render_dot(figure)
    colours = {network.title: network.colour for network in figure.networks}
    assert text.count("subgraph cluster_") == 2
    expected = f'"sw-1.lille" -- "chinqchint-1.lille" [color="{colours["back"]}:{colours["lan"]}"'
    assert expected in text


def test_quotes_backslashes_and_newlines_stay_inside_their_string() -> None:
    text = render_dot(Figure('t"t', (), (Box('a"b\\', Shape.HOST, "s", "x\ny"),), ()))
    assert '"a\\"b\\\\" [shape=box, label="x\\ny"];' in text
    for line in text.splitlines():
        assert len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) % 2 == 0
