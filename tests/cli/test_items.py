from __future__ import annotations

import click
import pytest

from reconciler.cli.items import Goods, parse_goods

ADDRESS = (10 << 24) + (136 << 16) + 9


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("10.136.0.9", Goods("ipv4", (ADDRESS,))),
        ("10.136.0.9-10.136.0.11", Goods("ipv4", (ADDRESS, ADDRESS + 1, ADDRESS + 2))),
        ("10.136.0.8/31", Goods("ipv4", (ADDRESS - 1, ADDRESS))),
        ("vlan:lille/700", Goods("vlan:lille", (700,))),
        ("stag:core/1000-1001", Goods("stag:core", (1000, 1001))),
        ("node/griffon-1.nancy", Goods("node", ("griffon-1.nancy",))),
    ],
)
def test_goods_are_called_as_the_books_show_them(text: str, items: Goods) -> None:
    assert parse_goods(text) == items


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.136.0",
        "10.136.0.9-10.136.0.8",
        "10.0.0.0/8",
        "10.136.0.9/31",
        "vlan:lille",
        "vlan:Lille/7",
        "node/x",
        "7",
    ],
)
def test_anything_else_is_a_usage_error(text: str) -> None:
    with pytest.raises(click.UsageError):
        parse_goods(text)
