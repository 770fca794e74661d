"""What an observation says about an experiment, as Kubernetes-shaped conditions.  Pure; unknown is Unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from types import NoneType
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Cause
from reconciler.model.resource import Foreign, Present, Resource, Unknown
from reconciler.planning.world import World
from reconciler.resources.kind import Part
from reconciler.resources.kinds import KINDS, unlisted


@dataclass(frozen=True, slots=True)
class Condition:
    """``status`` is ``True``, ``False`` or ``Unknown``, as text."""

    type: str
    status: str
    reason: str
    message: str


_PARTS: Mapping[Part, frozenset[str]] = {
    part: frozenset(kind.name for kind in KINDS.values() if kind.part == part)
    for part in sorted({kind.part for kind in KINDS.values()}, key=lambda part: (part.rank, part.type))
}
_EXPIRING_WITHIN = timedelta(minutes=30)


def conditions(world: World, causes: Mapping[Address, Cause], ends: datetime | None, now: datetime) -> list[Condition]:
    """Every condition that applies, ``Ready`` first.

    Args:
        causes: of the changes that are due, by address.
        ends: when the experiment's lifetime ends.
    """
    parts = [condition for part in _PARTS if (condition := _part(part, world)) is not None]
    parts += _unlisted(world)
    found = [_ready(parts, world), *parts]
    if world.pending:
        found.append(Condition("Pending", "True", "NotChosenYet", _pending(world)))
    drift = sorted(str(a) for a, cause in causes.items() if cause in (Cause.DRIFT, Cause.LOST))
    if drift:
        more = f" and {len(drift) - 3} more" if len(drift) > 3 else ""
        found.append(Condition("Drifted", "True", "DriftDetected", ", ".join(drift[:3]) + more))
    if ends is not None and ends - now < _EXPIRING_WITHIN:
        when = "ended" if ends <= now else "ends"
        found.append(Condition("Expiring", "True", "WalltimeNear", f"the lifetime {when} at {ends:%Y-%m-%d %H:%M} UTC"))
    return found


def _part(part: Part, world: World) -> Condition | None:
    wanted = {address: resource for address, resource in world.desired.items() if address.kind in _PARTS[part]}
    if not wanted:
        return None
    problems = dict(_problems(wanted, world))
    count = part.count(wanted)
    unknown = [address for address in problems if isinstance(world.observed.get(address), (Unknown, NoneType))]
    if not problems:
        return Condition(part.type, "True", part.good, f"{count} of {count} {part.unit}")
    first = next(iter(problems.items()))
    good = count - part.count(problems)
    message = f"{good} of {count} {part.unit}; {first[0].name}: {first[1]}"
    if len(unknown) == len(problems):
        return Condition(part.type, "Unknown", "NotObserved", message)
    return Condition(part.type, "False", part.bad, message)


def _unlisted(world: World) -> list[Condition]:
    """What nothing is known about is not all right."""
    found = sorted(address for address in chain(world.desired, world.recorded) if address.kind not in KINDS)
    if not found:
        return []
    return [Condition("KindsKnown", "Unknown", "KindNotListed", f"{found[0]}: {unlisted(found[0].kind)}")]


def _problems(wanted: Mapping[Address, Resource[Any]], world: World) -> Iterator[tuple[Address, str]]:
    for address, resource in sorted(wanted.items()):
        match world.observed.get(address):
            case Present(spec) if spec == resource.spec:
                pass
            case Present():
                yield address, "differs from the desired state"
            case Unknown(reason):
                yield address, f"unknown: {reason}"
            case Foreign(reason):
                yield address, reason
            case None:
                yield address, "unknown: not observed"
            case _:
                yield address, "absent"


def _pending(world: World) -> str:
    """The first of the parts that others choose, and how many more there are."""
    address, part = min(world.pending.items())
    more = f" and {len(world.pending) - 1} more" if len(world.pending) > 1 else ""
    return f"{address.kind} {address.name}: {part}{more}"


def _ready(parts: list[Condition], world: World) -> Condition:
    bad = [condition for condition in parts if condition.status == "False"]
    unsure = [condition for condition in parts if condition.status == "Unknown"]
    if bad:
        return Condition("Ready", "False", bad[0].reason, bad[0].message)
    if world.pending:
        return Condition("Ready", "False", "Pending", _pending(world))
    if unsure:
        return Condition("Ready", "Unknown", unsure[0].reason, unsure[0].message)
    if not parts:
        return Condition("Ready", "False", "NotApplied", "not applied yet")
    return Condition("Ready", "True", "Converged", "the observed state matches the desired state")
