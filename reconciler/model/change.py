"""The difference between two states of one resource."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Generic, TypeVar

from reconciler.model.address import Address
from reconciler.model.resource import Resource

S = TypeVar("S")


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Cause(StrEnum):
    """Why a change is due; an edit and a drift must not look alike."""

    NEW = "new"
    EDIT = "edited"
    DRIFT = "drifted"
    UNWANTED = "no longer wanted"
    MOVED = "moves to another host"
    LOST = "vanished"


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change(Generic[S]):
    """``resource`` as declared (as recorded, for a delete), and both of its states.

    ``before`` is what was observed: None for a create.  ``after`` is None for a delete.
    """

    resource: Resource[S]
    before: S | None
    after: S | None
    cause: Cause = Cause.NEW

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError(f"{self.address}: a change needs a before or an after")

    @property
    def address(self) -> Address:
        return self.resource.address

    @property
    def action(self) -> Action:
        if self.before is None:
            return Action.CREATE
        return Action.DELETE if self.after is None else Action.UPDATE

    @property
    def fields(self) -> tuple[FieldChange, ...]:
        """The fields that differ; every field for a create or a delete."""
        shape: Any = self.resource.spec  # always a dataclass; a type variable cannot say so
        names = (field.name for field in fields(shape))
        pairs = ((name, getattr(self.before, name, None), getattr(self.after, name, None)) for name in names)
        return tuple(FieldChange(*pair) for pair in pairs if pair[1] != pair[2])
