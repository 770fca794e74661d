"""Which steps must wait for a later pass: what they need is not there, or what uses them may still be.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action, Cause, Change
from reconciler.model.plan import Impact, Step
from reconciler.model.resource import Absent, Present, Unknown
from reconciler.planning.world import World

Steps = Mapping[Address, Step[Any]]


class Waits:
    """Finds the steps that must wait, and those that must wait because of them.

    ``changes`` is everything that is due, also what a driver refused to make a step of.
    """

    def __init__(self, world: World, changes: Mapping[Address, Change[Any]], steps: Steps) -> None:
        self._world, self._changes, self._steps = world, changes, steps
        self._desired, self._recorded, self._observed = world.desired, world.recorded, world.observed
        self._found: dict[Address, str] = {}

    def reasons(self) -> dict[Address, str]:
        """Why each step that must wait does, by address."""
        self._found |= dict(self._in_doubt())
        while found := {**dict(self._unmet()), **dict(self._still_used())}:
            self._found |= found
        return dict(sorted(self._found.items()))

    def _in_doubt(self) -> Iterator[tuple[Address, str]]:
        """A mark that goes no longer stops the run that was overtaken: it stays until that run is over."""
        for address, run in sorted(self._world.doubtful.items()):
            step = self._steps.get(address)
            if step is not None and step.change.action is Action.DELETE and self._world.in_doubt(address):
                yield address, silent_run(run, address.experiment)

    def _unmet(self) -> Iterator[tuple[Address, str]]:
        known: dict[tuple[Action, frozenset[Address], bool], str | None] = {}  # guests of one host need the same
        for address, step in self._steps.items():
            action, needs = step.change.action, step.change.resource.needs
            if action is Action.DELETE or address in self._found:
                continue
            key = (action, needs, self._puts_back(address, step))
            if key not in known:
                known[key] = next(self._lacking(*key), None)
            lacking = known[key]
            if lacking is not None:
                yield address, lacking

    def _puts_back(self, address: Address, step: Step[Any]) -> bool:
        """What drifted goes back in place to where it was: what it needs was there before, and silence is no reason
        to leave a port in a stranger's VLAN.
        """
        ours = self._recorded.get(address)
        drifted = step.change.cause is Cause.DRIFT and step.impact is Impact.LIVE
        return drifted and ours is not None and ours.needs >= step.change.resource.needs

    def _lacking(self, action: Action, needs: frozenset[Address], puts_back: bool) -> Iterator[str]:
        for need in sorted(needs):
            wanted, step, seen = self._desired.get(need), self._steps.get(need), self._observed.get(need)
            if need in self._found or self._world.stays(need):
                yield waits_for(need)
            elif step is not None:
                # what is there already lets go of a thing that moves before it moves; what is not waits until it has
                if step.change.action is Action.DELETE and action is Action.CREATE:
                    yield waits_for(need)
            elif wanted is not None and seen != Present(wanted.spec) and not (puts_back and isinstance(seen, Unknown)):
                yield waits_for(need)

    def _still_used(self) -> Iterator[tuple[Address, str]]:
        """Deletions of what something may still use."""
        doomed = {a for a, step in self._steps.items() if step.change.action is Action.DELETE} - self._found.keys()
        if not doomed:
            return
        for user in sorted(self._recorded, reverse=True):
            used = self._world.held_by(user) & doomed
            reason = self._stays(user) if used else None
            if reason is not None:
                yield from ((need, f"still used by {user}, {reason}") for need in used)

    def _stays(self, user: Address) -> str | None:
        if self._world.in_doubt(user):
            return silent_run(self._world.doubtful[user], user.experiment)
        seen = self._observed.get(user)
        if isinstance(seen, Absent):
            return None
        if user in self._found or self._world.stays(user):
            return "which is waiting too"
        if user in self._steps:
            return None
        if user in self._changes:
            return "which is not changed"
        return None if isinstance(seen, Present) else "whose state is unknown"


def waits_for(need: Address) -> str:
    return f"waits for {need}"


def silent_run(run: str, experiment: str) -> str:
    """Without the age of its heartbeat: planning again has to give the same bytes."""
    return (
        f"waiting for run {run}: no heartbeat, but it may still be active."
        f" When you are sure that it is dead: `reconciler lock release {experiment} --dead`"
    )
