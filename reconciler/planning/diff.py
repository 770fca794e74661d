"""Compare what should be, what we recorded and what is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Cause, Change
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.resources.kinds import CLAIMING, KINDS, VERIFIED

Resources: TypeAlias = Mapping[Address, Resource[Any]]
Observations: TypeAlias = Mapping[Address, Observed[Any]]

_UNSEEN = Unknown("not observed")
_GONE: Observed[Any] = Absent()


def diff(
    desired: Resources, recorded: Resources, observed: Observations, stays: Callable[[Address], bool] = lambda a: False
) -> dict[Address, Change[Any]]:
    """The changes that take ``observed`` towards ``desired``, by address, in order of address.

    What ``stays`` is left as it is, whatever became of it.  Only what is ``recorded`` as ours is ever updated or
    deleted.  What is unknown or foreign is left alone, and so is what is of a kind that is not listed.
    What moves to another endpoint is deleted now and created by the next pass.  When a carrier is made anew,
    everything on it counts as absent, whatever was seen there.
    """
    renewed = _renewed(desired, recorded, observed)
    changes: dict[Address, Change[Any]] = {}
    # one after the other, not as a union: a set's order would jump about in memory, which costs twice at 100,000
    for address in chain(desired, (a for a in recorded if a not in desired and not stays(a))):
        if address.kind not in KINDS:
            continue
        wanted, ours = desired.get(address), recorded.get(address)
        seen = observed.get(address, _UNSEEN)
        if renewed:
            carried = ours if wanted is None or moves(wanted, ours) else wanted  # seen where it is, not where it goes
            if carried is not None and carried.carrier in renewed and not isinstance(seen, Foreign):
                seen = _GONE
        change = _change(wanted, ours, seen)
        if change is not None:
            changes[address] = change
    return {address: changes[address] for address in sorted(changes)}


def moves(wanted: Resource[Any] | None, ours: Resource[Any] | None) -> bool:
    return wanted is not None and ours is not None and wanted.endpoint != ours.endpoint


def _renewed(desired: Resources, recorded: Resources, observed: Observations) -> set[Address]:
    """The carriers that this plan makes anew."""
    carriers = {resource.carrier for resource in desired.values() if resource.carrier is not None}
    changes = ((a, _change(desired.get(a), recorded.get(a), observed.get(a, _UNSEEN))) for a in carriers)
    return {address for address, change in changes if change is not None and change.after is not None}


def _change(wanted: Resource[Any] | None, ours: Resource[Any] | None, seen: Observed[Any]) -> Change[Any] | None:
    cause = None
    if moves(wanted, ours):
        wanted, cause = None, Cause.MOVED
    if isinstance(seen, Present):
        if wanted is None:
            if ours is None or ours.address.kind in VERIFIED:
                return None
            return Change(ours, seen.spec, None, cause or Cause.UNWANTED)
        if seen.spec == wanted.spec or (ours is None and wanted.address.kind in CLAIMING):
            return None
        if ours is None:
            return Change(wanted, seen.spec, wanted.spec, Cause.NEW)
        return Change(wanted, seen.spec, wanted.spec, Cause.EDIT if ours.spec != wanted.spec else Cause.DRIFT)
    if isinstance(seen, Absent) and wanted is not None:
        return Change(wanted, None, wanted.spec, Cause.NEW if ours is None else Cause.LOST)
    return None
