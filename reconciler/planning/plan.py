"""Put changes in order, and say what cannot be decided yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import chain, pairwise
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action, Change
from reconciler.model.errors import DependencyCycle, Refused
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from reconciler.planning.diff import diff, moves
from reconciler.planning.waiting import Waits, waits_for
from reconciler.planning.world import World
from reconciler.resources.kinds import CLAIMING, KINDS, VERIFIED, unlisted

StepPlanner = Callable[[Change[Any]], Step[Any]]


def make_plan(world: World, plan_step: StepPlanner) -> Plan:
    """Decide everything that is to be done now.  Pure.

    Args:
        plan_step: turns a change into its commands; a driver's ``plan``.

    Raises:
        DependencyCycle: no order satisfies every need.
    """
    changes = diff(world.desired, world.recorded, world.observed, world.stays)
    gone = _gone(world)
    steps: dict[Address, Step[Any]] = {}
    foreign = {a: o.reason for a, o in world.observed.items() if isinstance(o, Foreign)}
    for address, change in changes.items():
        try:
            step = plan_step(change)
        except Refused as error:
            foreign[address] = str(error)
            continue
        if step.commands:
            steps[address] = step
        else:  # done without a command, it would be said to be so for no reason
            foreign[address] = (
                f"its driver has no command for this change ({', '.join(f.field for f in change.fields)})"
            )
    waiting = Waits(world, changes, steps).reasons()
    steps = {address: step for address, step in steps.items() if address not in waiting}
    waiting |= {address: waits_for(part) for address, part in sorted(world.waiting.items()) if world.stays(address)}
    unknown, retry_in_s = _unknown(world, steps)
    retries = [retry_in_s, *(part.retry_in_s for part in world.pending.values())]
    foreign |= _strangers(world)
    return Plan(
        steps=steps,
        after=_order(world, steps),
        record=_stale_records(world, steps),
        gone=gone,
        waiting=waiting,
        unknown=unknown,
        foreign=dict(sorted(foreign.items())),
        retry_in_s=min((retry for retry in retries if retry is not None), default=None),
        pending=dict(sorted(world.pending.items())),
    )


def _gone(world: World) -> frozenset[Address]:
    """Recorded, not wanted there any more, and observed absent, or never of our making: only to be forgotten.

    What a run that was overtaken may yet make is remembered.
    """
    desired, observed = world.desired, world.observed
    return frozenset(
        address
        for address, ours in world.recorded.items()
        if (address not in desired or moves(desired[address], ours))
        and (isinstance(observed.get(address), Absent) or address.kind in VERIFIED)
        and address.kind in KINDS
        and not world.in_doubt(address)
        and not world.stays(address)
    )


def _unknown(world: World, steps: Mapping[Address, Step[Any]]) -> tuple[dict[Address, str], float | None]:
    known = chain(world.desired, world.recorded)
    unknown = {address: unlisted(address.kind) for address in known if address.kind not in KINDS}
    retries: list[float] = []
    for address, seen in world.observed.items():
        if not isinstance(seen, Unknown) or address in steps:
            continue
        if address in world.desired or (address in world.recorded and address.kind not in VERIFIED):
            unknown[address] = seen.reason
            if seen.retry_in_s is not None:
                retries.append(seen.retry_in_s)
    return dict(sorted(unknown.items())), min(retries, default=None)


def _strangers(world: World) -> dict[Address, str]:
    """There, under our name, and nothing says that we made it.  A node is nobody's work: it only has to be right."""
    why = "already exists and is not managed by this experiment: ask its owner to remove it, or choose another name"
    return {
        address: why
        for address in sorted(world.desired.keys() - world.recorded.keys())
        if address.kind in CLAIMING and isinstance(world.observed.get(address), Present)
    }


def _stale_records(world: World, steps: Mapping[Address, Step[Any]]) -> tuple[Resource[Any], ...]:
    """What already is as wanted and was recorded otherwise (other needs, or a crash before the record)."""
    stale = (
        (address, wanted)
        for address, wanted in world.desired.items()
        if address not in steps
        and address.kind in KINDS
        and world.recorded.get(address) != wanted
        and _may_record(wanted, world.recorded.get(address))
        and all(_met(world, need, steps) for need in wanted.needs)
        and world.observed.get(address) == Present(wanted.spec)
    )
    return tuple(wanted for _, wanted in sorted(stale))


def _met(world: World, need: Address, steps: Mapping[Address, Step[Any]]) -> bool:
    """A need is recorded once it is there: two that swap sides must not both be recorded as needing the other."""
    wanted = world.desired.get(need)
    if wanted is None:
        return not world.stays(need)
    at_home = need not in steps and not moves(wanted, world.recorded.get(need))
    return at_home and world.observed.get(need) == Present(wanted.spec)


def _may_record(wanted: Resource[Any], ours: Resource[Any] | None) -> bool:
    if ours is None:
        return wanted.address.kind not in CLAIMING
    return ours.endpoint == wanted.endpoint


def _order(world: World, steps: Mapping[Address, Step[Any]]) -> dict[Address, frozenset[Address]]:
    """Needs first when making; users first when deleting, and users that let go of a thing before it goes."""
    after: dict[Address, frozenset[Address]] = {}
    made: dict[frozenset[Address], frozenset[Address]] = {}  # all VMs of a group on one host have the same needs
    released: dict[Address, set[Address]] = {}
    for address, step in steps.items():
        needs = step.change.resource.needs if not _deletes(step) else frozenset[Address]()
        if needs not in made:
            made[needs] = frozenset(need for need in needs if need in steps and not _deletes(steps[need]))
        after[address] = made[needs]
        for need in world.held_by(address):
            if need in steps and _deletes(steps[need]):
                released.setdefault(need, set()).add(address)
    after.update((address, after[address] | users) for address, users in released.items())
    while (circle := _circle(after)) is not None:
        # a run cut short can leave two records that need each other: of what goes, either may go first
        both_go = (
            (first, then) for first, then in pairwise(circle) if _deletes(steps[first]) and _deletes(steps[then])
        )
        first, then = min(both_go, default=(None, None))
        if first is None or then is None:
            raise DependencyCycle(" -> ".join(map(str, circle)))
        after[then] -= {first}
    return after


def _circle(after: Mapping[Address, frozenset[Address]]) -> list[Address] | None:
    """Steps that wait for each other, each before the next."""
    # who nobody waits for is in no circle: that leaves out the guests, which are most of it
    needed = frozenset[Address]().union(*set(after.values()))
    try:
        TopologicalSorter({address: after[address] for address in sorted(needed)}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def _deletes(step: Step[Any]) -> bool:
    return step.change.action is Action.DELETE
