"""A figure as a Mermaid flowchart, which many wikis and code hosts draw."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.drawing.figure import Box, Figure, Shape

_FRAMES = {
    Shape.BACKBONE: ("([", "])"),
    Shape.SWITCH: ("[[", "]]"),
    Shape.ROUTER: ("{{", "}}"),
    Shape.SHARED: ("([", "])"),
    Shape.HOST: ("[", "]"),
}
_ESCAPES = {"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;", "#": "&#35;", "`": "&#96;"}


def render_mermaid(figure: Figure) -> str:
    return "\n".join(_lines(figure)) + "\n"


def _lines(figure: Figure) -> Iterator[str]:
    ids = {box.name: f"n{index}" for index, box in enumerate(figure.boxes)}
    yield "flowchart TB"
    for box in figure.boxes:
        if not box.site:
            yield f"  {_box(ids[box.name], box)}"
    for index, site in enumerate(figure.sites):
        yield f'  subgraph site{index}["{_text(site)}"]'
        for box in figure.boxes:
            if box.site == site:
                yield f"    {_box(ids[box.name], box)}"
        yield "  end"
    titles = {network.key: network.title for network in figure.networks}
    for cable in figure.cables:
        label = _text(", ".join(titles[key] for key in cable.networks))
        yield (
            f'  {ids[cable.upper]} ---|"{label}"| {ids[cable.lower]}'
            if label
            else (f"  {ids[cable.upper]} --- {ids[cable.lower]}")
        )
    yield from _legend(figure)
    colours = {network.key: network.colour for network in figure.networks}
    for index, cable in enumerate(figure.cables):
        if cable.networks:
            yield f"  linkStyle {index} stroke:{colours[cable.networks[0]]},stroke-width:{1 + len(cable.networks)}px"


def _box(name: str, box: Box) -> str:
    opening, closing = _FRAMES[box.shape]
    lines = [f"<b>{_text(box.title)}</b>", *(_text(item.text) for item in box.items)]
    return f'{name}{opening}"{"<br/>".join(lines)}"{closing}'


def _legend(figure: Figure) -> Iterator[str]:
    if not figure.networks:
        return
    yield '  subgraph legend["networks"]'
    for index, network in enumerate(figure.networks):
        lines = [f"<b>{_text(network.title)}</b>", *map(_text, network.details)]
        yield f'    w{index}["{"<br/>".join(lines)}"]'
    yield "  end"
    for index, network in enumerate(figure.networks):
        yield f"  style w{index} stroke:{network.colour},stroke-width:3px"


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)
