"""The part of the OpenConfig models that the switch implements; everything else is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.lab.switch import leaf_types as types
from reconciler.lab.switch.leaf_types import LeafType
from reconciler.lab.switch.names import ethernet, interfaces, vlan


@dataclass(frozen=True, slots=True)
class When:
    """The node may exist only while the leaf at ``path``, seen from the node's parent, has this value."""

    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """``many``: a leaf-list, in an order the switch chooses.  ``mandatory`` holds while the list entry above exists."""

    tag: str
    type: LeafType
    many: bool = False
    mandatory: bool = False
    when: When | None = None
    children: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Container:
    """Without presence: empty is the same as absent."""

    tag: str
    children: Mapping[str, Node]
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list with one key leaf, which refers to a leaf of the same name under ``config``."""

    tag: str
    key: Leaf
    children: Mapping[str, Node] = field(default_factory=dict)
    when: When | None = None


Node: TypeAlias = Leaf | Container | Keyed


def _children(*nodes: Node) -> Mapping[str, Node]:
    return {node.tag: node for node in nodes}


def _container(tag: str, *nodes: Node, when: When | None = None) -> Container:
    return Container(tag, _children(*nodes), when)


def _keyed(tag: str, key: Leaf, *nodes: Node) -> Keyed:
    return Keyed(tag, key, _children(key, *nodes))


CONFIG = interfaces("config")
NAME = interfaces("name")
INDEX = interfaces("index")
TYPE = interfaces("type")
MODE = vlan("interface-mode")
VLAN_CONFIG = vlan("config")
_ACCESS = When((MODE,), "ACCESS")
_TRUNK = When((MODE,), "TRUNK")
_UINT32 = types.whole_number(0, 2**32 - 1)

SWITCHED_VLAN = _container(
    vlan("switched-vlan"),
    _container(
        VLAN_CONFIG,
        Leaf(MODE, types.one_of("ACCESS", "TRUNK")),
        Leaf(vlan("native-vlan"), types.VLAN_ID, when=_TRUNK),
        Leaf(vlan("access-vlan"), types.VLAN_ID, when=_ACCESS),
        Leaf(vlan("trunk-vlans"), types.VLAN_OR_RANGE, many=True, when=_TRUNK),
    ),
)
MATCH = _container(
    vlan("match"),
    _container(vlan("single-tagged"), _container(VLAN_CONFIG, Leaf(vlan("vlan-id"), types.VLAN_ID))),
    _container(vlan("single-tagged-list"), _container(VLAN_CONFIG, Leaf(vlan("vlan-ids"), types.VLAN_ID, many=True))),
)


def _mapping(name: str) -> Container:
    action = Leaf(vlan("vlan-stack-action"), types.one_of("PUSH", "POP", "SWAP"))
    return _container(
        vlan(name),
        _container(VLAN_CONFIG, action, Leaf(vlan("vlan-id"), types.VLAN_ID), Leaf(vlan("tpid"), types.TPID)),
    )


SUBINTERFACE = _keyed(
    interfaces("subinterface"),
    Leaf(INDEX, _UINT32),
    _container(
        CONFIG,
        Leaf(INDEX, _UINT32),
        Leaf(interfaces("description"), types.TEXT),
        Leaf(interfaces("enabled"), types.BOOLEAN),
    ),
    _container(vlan("vlan"), MATCH, _mapping("ingress-mapping"), _mapping("egress-mapping")),
)
INTERFACE = _keyed(
    interfaces("interface"),
    Leaf(NAME, types.TEXT),
    _container(
        CONFIG,
        Leaf(NAME, types.TEXT),
        Leaf(TYPE, types.INTERFACE_TYPE, mandatory=True),
        Leaf(interfaces("mtu"), types.whole_number(0, 65535)),
        Leaf(interfaces("description"), types.TEXT),
        Leaf(interfaces("enabled"), types.BOOLEAN),
        Leaf(vlan("tpid"), types.TPID),
    ),
    _container(ethernet("ethernet"), SWITCHED_VLAN, when=When((CONFIG, TYPE), types.ETHERNET_PORT)),
    _container(interfaces("subinterfaces"), SUBINTERFACE),
)
ROOT = _container("", _container(interfaces("interfaces"), INTERFACE))
"""The datastore itself; its one child is ``<interfaces>``."""
