"""A figure as SVG, with no library and no script: fit for a README and for a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from reconciler.drawing.figure import Figure, Item, Network, Shape
from reconciler.drawing.layout import DOT, GAP, LINE, PAD, Frame, Placed, Wire, lay_out

_FILLS = {
    Shape.BACKBONE: "#e4e7ec",
    Shape.SWITCH: "#dfe9f3",
    Shape.ROUTER: "#f7e7d3",
    Shape.SHARED: "#eeeeee",
    Shape.HOST: "#ffffff",
}
_CHARACTER = 6.1
_FONT = 'font-family="\'DejaVu Sans\', Verdana, sans-serif" font-size="11"'


def render_svg(figure: Figure) -> str:
    """The same figure gives the same bytes."""
    layout = lay_out(figure)
    legend = [" · ".join(network.details) for network in figure.networks]
    keys = max((len(network.title) for network in figure.networks), default=0)
    width = max(layout.width, 3 * GAP + 40 + int((keys * 1.15 + max(map(len, legend), default=0)) * _CHARACTER))
    height = layout.height + (LINE * len(legend) + GAP if legend else 0)
    colours = {network.key: network.colour for network in figure.networks}
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" {_FONT}>',
        f"<title>{escape(figure.title)}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *(_frame(frame) for frame in layout.frames),
        *(_wire(wire, colours) for wire in layout.wires),
    ]
    for placed in layout.placed.values():
        lines += _box(placed, colours)
    lines += _legend(figure.networks, legend, layout.height, int(keys * 1.15 * _CHARACTER))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _frame(frame: Frame) -> str:
    return (
        f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="8" fill="#f8f9fb" '
        f'stroke="#b8c0cc" stroke-dasharray="5 4"/>{_text(frame.x + PAD, frame.y + LINE, frame.site, bold=True)}'
    )


def _wire(wire: Wire, colours: Mapping[str, str]) -> str:
    points = " ".join(f"{x},{y}" for x, y in wire.points)
    dashes = ' stroke-dasharray="6 3"' if wire.aside else ""
    about = escape(f"{wire.cable.upper} to {wire.cable.lower}: {', '.join(wire.cable.networks)}")
    return (
        f'<polyline points="{points}" fill="none" stroke={quoteattr(colours[wire.network])} stroke-width="2.5"{dashes}>'
        f"<title>{about}</title></polyline>"
    )


def _box(placed: Placed, colours: Mapping[str, str]) -> Iterator[str]:
    box, x = placed.box, placed.x
    radius = 2 if box.shape in (Shape.SWITCH, Shape.HOST) else 12
    yield (
        f'<rect x="{x}" y="{placed.y}" width="{placed.width}" height="{placed.height}" rx="{radius}" '
        f'fill="{_FILLS[box.shape]}" stroke="#4a5568"/>'
    )
    yield _text(x + PAD, placed.y + LINE, box.title, bold=True)
    for index, item in enumerate(box.items):
        yield from _item(item, x + PAD, placed.y + LINE * (index + 2), colours)


def _item(item: Item, x: int, y: int, colours: Mapping[str, str]) -> Iterator[str]:
    for index, key in enumerate(item.networks):
        yield f'<circle cx="{x + 3 + DOT * index}" cy="{y - 4}" r="3.5" fill={quoteattr(colours[key])}/>'
    yield _text(x + DOT * len(item.networks) + (3 if item.networks else 0), y, item.text)


def _legend(networks: tuple[Network, ...], details: list[str], top: int, key_width: int) -> Iterator[str]:
    for index, (network, words) in enumerate(zip(networks, details, strict=True)):
        y = top + LINE * (index + 1) - 4
        yield f'<rect x="{GAP}" y="{y - 7}" width="22" height="5" fill={quoteattr(network.colour)}/>'
        yield _text(GAP + 30, y, network.title, bold=True)
        yield _text(2 * GAP + 30 + key_width, y, words)


def _text(x: int, y: int, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" fill="#1a202c"{weight}>{escape(text)}</text>'
