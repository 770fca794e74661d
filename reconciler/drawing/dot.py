"""A figure in Graphviz's DOT language."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.drawing.figure import Box, Figure, Shape

_SHAPES = {
    Shape.BACKBONE: "cds",
    Shape.SWITCH: "box3d",
    Shape.ROUTER: "hexagon",
    Shape.SHARED: "cds",
    Shape.HOST: "box",
}


def render_dot(figure: Figure) -> str:
    return "\n".join(_lines(figure)) + "\n"


def _lines(figure: Figure) -> Iterator[str]:
    yield f"graph {_quote(figure.title)} {{"
    yield '  graph [rankdir=TB, fontname="sans-serif"];'
    yield '  node [fontname="sans-serif", fontsize=11];'
    yield "  edge [penwidth=2];"
    for box in figure.boxes:
        if not box.site:
            yield f"  {_box(box)}"
    for index, site in enumerate(figure.sites):
        yield f"  subgraph cluster_{index} {{"
        yield f"    label={_quote(site)};"
        for box in figure.boxes:
            if box.site == site:
                yield f"    {_box(box)}"
        yield "  }"
    colours = {network.key: network.colour for network in figure.networks}
    for cable in figure.cables:
        colour = ":".join(colours[key] for key in cable.networks) or "#888888"
        label = _quote(", ".join(cable.networks))
        yield f"  {_quote(cable.upper)} -- {_quote(cable.lower)} [color={_quote(colour)}, tooltip={label}];"
    yield from _legend(figure)
    yield "}"


def _box(box: Box) -> str:
    label = "\n".join([box.title, *(item.text for item in box.items)])
    return f"{_quote(box.name)} [shape={_SHAPES[box.shape]}, label={_quote(label)}];"


def _legend(figure: Figure) -> Iterator[str]:
    for network in figure.networks:
        label = _quote("\n".join([network.title, *network.details]))
        yield f"  {_quote(f'network {network.key}')} [shape=note, color={_quote(network.colour)}, label={label}];"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
