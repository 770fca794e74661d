from __future__ import annotations

import re

from reconciler.drawing.figure import Box, Figure, Shape
from reconciler.drawing.mermaid import render_mermaid
from tests.drawing.scenes import everything, quickstart


def test_boxes_are_in_their_sites_and_cables_name_their_networks() -> None:
    text = render_mermaid(quickstart())
    assert text.startswith("flowchart TB\n")
    assert 'subgraph site0["lille"]' in text
    assert '[["<b>sw-1</b><br/>QinQ: VLAN 720 in S-VLAN 1000"]]' in text
    assert 'n0 ---|"lan"| n1' in text


def test_every_cable_has_one_line_and_one_style() -> None:
    figure = everything()
    text = render_mermaid(figure)
    assert len(re.findall(r"^  n\d+ ---", text, re.MULTILINE)) == len(figure.cables)
    assert re.findall(r"linkStyle (\d+)", text) == [str(n) for n in range(len(figure.cables))]


def test_a_title_cannot_end_its_label() -> None:
    box = Box("h", Shape.HOST, "s", 'a"]; click n0 "javascript:x" <b>')
    text = render_mermaid(Figure("", (), (box,), ()))
    (line,) = [line for line in text.splitlines() if "n0" in line and "[" in line]
    assert line.count('"') == 2
    assert "&lt;b&gt;" in line
