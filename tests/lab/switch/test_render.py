from __future__ import annotations

from lxml import etree

from reconciler.lab.switch.baseline import parse_config
from reconciler.lab.switch.names import netconf
from reconciler.lab.switch.render import Order, render_tree
from reconciler.lab.switch.tree import EMPTY
from tests.lab.switch.payloads import SPACES, access, config, port, read_modes, trunk, tunnel
from tests.lab.switch.trees import PORTS, tree

RICH = tree(
    config(
        port("Ethernet2", "<if:description>a &lt; b</if:description>", modes=access(5)),
        port("Ethernet1", modes=trunk(*range(10, 30)), more=tunnel(10, 1000, 101) + ""),
    )
)


def test_what_is_rendered_reads_back_the_same() -> None:
    text = etree.tostring(render_tree(RICH, Order.of(PORTS, 3), netconf("config")))
    assert parse_config(text, PORTS) == RICH


def test_nothing_configured_renders_nothing() -> None:
    assert len(render_tree(EMPTY, Order.of(PORTS, 0))) == 0


def test_ports_come_in_the_order_of_the_switch() -> None:
    root = render_tree(RICH, Order.of(PORTS, 0))
    assert [name.text for name in root.iterfind(".//if:interface/if:name", SPACES)] == ["Ethernet1", "Ethernet2"]


def test_a_leaf_list_comes_in_an_order_of_its_own() -> None:
    orders = []
    for seed in (1, 2):
        root = render_tree(RICH, Order.of(PORTS, seed))
        orders.append(read_modes(root)["Ethernet1"]["trunk-vlans"])
    in_order = [str(vlan) for vlan in range(10, 30)]
    assert orders[0] != in_order
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == in_order
