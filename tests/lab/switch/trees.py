"""Configurations as trees, without a device: decode, apply, read."""

from __future__ import annotations

from lxml import etree

from reconciler.lab.switch.apply import Applied, OnError, apply_edit, edited
from reconciler.lab.switch.decode import decode_config
from reconciler.lab.switch.edit import Edit, Operation
from reconciler.lab.switch.names import ethernet, interfaces, vlan
from reconciler.lab.switch.schema import VLAN_CONFIG
from reconciler.lab.switch.tree import EMPTY, Branch, branch_at, entries_at

PORTS = ("Ethernet1", "Ethernet2", "Ethernet3")


def decode(text: str, default: Operation = Operation.MERGE) -> Edit:
    return decode_config(etree.fromstring(text), default, PORTS)


def after(before: Branch, text: str, default: Operation = Operation.MERGE) -> Branch:
    return edited(before, decode(text, default))


def attempt(before: Branch, text: str, on_error: OnError, default: Operation = Operation.MERGE) -> Applied:
    return apply_edit(before, decode(text, default), on_error)


def tree(text: str) -> Branch:
    return after(EMPTY, text)


def ports_of(branch: Branch) -> dict[str, Branch]:
    return dict(entries_at(branch, interfaces("interfaces"), interfaces("interface")))


def modes_of(branch: Branch, port: str) -> dict[str, object]:
    config = branch_at(ports_of(branch)[port], ethernet("ethernet"), vlan("switched-vlan"), VLAN_CONFIG)
    return {tag.partition("}")[2]: value for tag, value in config.children.items()}
