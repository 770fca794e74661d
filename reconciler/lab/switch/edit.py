"""An edit, decoded and checked against the schema: what to do at each node, in the order it was written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.lab.switch.schema import Node


class Operation(StrEnum):
    """RFC 6241 7.2; ``NONE`` only descends."""

    MERGE = "merge"
    REPLACE = "replace"
    CREATE = "create"
    DELETE = "delete"
    REMOVE = "remove"
    NONE = "none"

    @property
    def removes(self) -> bool:
        return self in (Operation.DELETE, Operation.REMOVE)


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` is a leaf's canonical value, or a list entry's key; ``path`` names the node in error messages."""

    node: Node
    operation: Operation
    path: str
    text: str = ""
    children: tuple[Edit, ...] = ()
