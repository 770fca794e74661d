"""Do part of a plan: what matches, and what it needs; or all but what matches, and what needs that.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from reconciler.model.address import Address
from reconciler.model.plan import Plan, Step


@dataclass(frozen=True, slots=True)
class Selection:
    """Globs over addresses, as ``domain/*/web-*``; a name without ``/`` means the last part."""

    targets: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()

    def unmatched(self, addresses: Iterable[Address]) -> list[str]:
        """The globs that match nothing: a mistake, never "nothing to do"."""
        known = list(addresses)
        return [glob for glob in (*self.targets, *self.excludes) if not any(_matches(a, (glob,)) for a in known)]

    def __call__(self, plan: Plan) -> Plan:
        """The part of ``plan`` that is selected; what is left out is as if it were not due."""
        if not self.targets and not self.excludes:
            return plan
        chosen = {a for a in plan.steps if _matches(a, self.targets)} if self.targets else set(plan.steps)
        chosen = _closed(chosen, plan.after)
        dropped = {a for a in plan.steps if _matches(a, self.excludes)}
        while grown := {a for a in chosen - dropped if plan.after[a] & dropped}:
            dropped |= grown
        steps: dict[Address, Step[Any]] = {a: s for a, s in plan.steps.items() if a in chosen - dropped}
        return replace(
            plan,
            steps=steps,
            after={a: plan.after[a] & steps.keys() for a in steps},
            gone=frozenset(a for a in plan.gone if self._wants(a)),
            waiting=self._of(plan.waiting),
            unknown=self._of(plan.unknown),
            foreign=self._of(plan.foreign),
            pending={address: part for address, part in plan.pending.items() if self._wants(address)},
        )

    def _wants(self, address: Address) -> bool:
        return (not self.targets or _matches(address, self.targets)) and not _matches(address, self.excludes)

    def _of(self, reasons: Mapping[Address, str]) -> dict[Address, str]:
        return {address: reason for address, reason in reasons.items() if self._wants(address)}


EVERYTHING = Selection()


def _closed(chosen: set[Address], after: Mapping[Address, frozenset[Address]]) -> set[Address]:
    """With everything that has to go first."""
    todo = list(chosen)
    while todo:
        more = after[todo.pop()] - chosen
        chosen = chosen | more
        todo += more
    return chosen


def _matches(address: Address, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(str(address) if "/" in glob else address.name, glob) for glob in globs)
