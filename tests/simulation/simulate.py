"""Run one history from beginning to end and judge it: after every change, and once more when all is quiet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from reconciler.drivers.switch.ownership import PREFIX
from reconciler.store.store import Store
from tests.simulation.call import Fault
from tests.simulation.checkers import Violation
from tests.simulation.documents import Goal, Ground
from tests.simulation.faults import Faults
from tests.simulation.happenings import befall, calm
from tests.simulation.people import Person
from tests.simulation.plans import QUIET_S, History, Wish
from tests.simulation.poison import poisoned
from tests.simulation.scheduler import OutOfTime
from tests.simulation.shapes import Shape, shape_of
from tests.simulation.watching import LOOK_S, Watch
from tests.simulation.world import BEGIN, World

LONGEST_S = 60_000.0
STEP_LIMIT = 60_000
SLOWEST = timedelta(minutes=5)
"""An image that was begun in time is still being made when the lifetime closes; it is waited for."""
HONEST = ("Exhausted: ",)
CLAIMED = ":stranger:"
"""The only reasons for which an experiment may be left unfinished in quiet: others hold what there is."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``violation`` is empty when all went well; ``faults`` is all that went wrong, by the name of its point."""

    seed: int
    violation: str
    digest: str
    steps: int
    faults: dict[str, Fault] = field(default_factory=dict)
    unsettled: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def simulate(
    history: History,
    notice: Callable[[str, object], None] | None = None,
    keep: bool = False,
    compare: bool = True,
    faults: Faults | None = None,
) -> Verdict:
    """``compare``: hold the end against that of a history in which nothing goes wrong."""
    expected = expect(history) if compare else {}
    with poisoned():
        world = World(history, notice, keep, faults)
        violation, unsettled = "", ()
        try:
            people = _live(world)
            unsettled = _judge(world, people, expected)
        except (Violation, OutOfTime) as error:
            violation = str(error)
            world.trace.note("violation", violation)
        world.over = True
    drawn = getattr(world.faults, "drawn", {})
    return Verdict(
        history.seed,
        violation,
        world.trace.digest(),
        world.scheduler.steps_taken,
        dict(drawn),
        tuple(unsettled),
        tuple(world.trace.lines),
    )


def expect(history: History) -> dict[str, Shape]:
    """How each experiment of the history would end undisturbed; known once it was asked."""
    last = {name: None if history.ends_itself(name) else history.last_wish(name) for name in history.experiments}
    return {name: _expected(history.ground, name, goal) for name, goal in last.items()}


def _live(world: World) -> dict[str, Person]:
    history = world.history
    people = {
        name: Person(world, name, sorted((w for w in history.wishes if w.experiment == name), key=lambda w: w.at_s))
        for name in history.experiments
    }
    timed = sorted({w.experiment for w in history.wishes if w.goal is not None and w.goal.walltime_min is not None})
    watches = {name: Watch(world, people[name]) for name in timed}
    for actor in (*(people[name] for name in sorted(people)), *watches.values()):
        actor.begin()
    for happening in history.happenings:
        world.later(happening.at_s, lambda one=happening: befall(world, people, one))  # type: ignore[misc]  # bound early
    disturbed = bool(history.happenings or history.intensity or history.faults)
    world.faults.quiet = not disturbed
    if disturbed:
        world.later(QUIET_S, lambda: calm(world))
    actors = (*people.values(), *watches.values())
    _wait(world, lambda: all(actor.done for actor in actors) and world.faults.quiet)
    ended = {name for name in people if history.ends_itself(name)}
    for name in sorted(ended):
        _judge_end(world, watches[name], on_time=not disturbed)
    if not disturbed and not ended:
        return people
    goals = {name: None if name in ended else person.goal for name, person in sorted(people.items())}
    last = {name: Person(world, name, [Wish(name, 0.0, goal)]) for name, goal in goals.items()}
    for person in last.values():
        person.begin()
    _wait(world, lambda: all(person.done for person in last.values()))
    return last


def _judge_end(world: World, watch: Watch, *, on_time: bool) -> None:
    """What was wanted last had an end: nothing is left, and nobody had to ask."""
    person, begun = watch.person, watch.lives()
    end = watch.hand.end if begun else person.end
    if not person.over and (end is None or begun or not end.expired_claims):
        reasons = end.reasons if end is not None else ()
        if end is not None and end.converged and not begun:
            raise Violation("walltime", f"{person.experiment} is gone before its time: it was to live longer")
        if not reasons or not _in_the_way(reasons):
            raise Violation("walltime", f"{person.experiment} is not taken down when its time has come: {reasons[:3]}")
        return
    world.read_truth()
    _nothing_left(world, person.experiment)
    if on_time and watch.gone_at is not None and watch.ends is not None:
        latest = max(watch.ends, BEGIN + timedelta(seconds=person.since_s + LOOK_S)) + SLOWEST
        if watch.gone_at > latest:
            raise Violation("walltime", f"{person.experiment} is gone {watch.gone_at - latest} too late")


def _wait(world: World, until: Callable[[], bool]) -> None:
    """Let the world go on until that is so and no process runs any more."""

    def over() -> bool:
        return not world.running and until()

    limit = world.scheduler.steps_taken + STEP_LIMIT
    world.scheduler.run(world.scheduler.now_s + LONGEST_S, limit, lambda: None, over)
    if not over():
        raise Violation("I4", "everybody waits, and nobody says for what")


def _judge(world: World, people: dict[str, Person], expected: dict[str, Shape]) -> tuple[str, ...]:
    unsettled: list[str] = []
    settled = [name for name, person in sorted(people.items()) if person.end is not None and person.end.converged]
    for name, person in sorted(people.items()):
        if name not in settled:
            if person.end is None or not person.end.reasons:
                raise Violation("I4", f"{name} is not as wanted, and no reason is given")
            unsettled += [f"{name}: {reason}" for reason in person.end.reasons]
            nodes_are_others = world.batch is not None and world.batch.judge_end(name, person.end.reasons)
            if not nodes_are_others and not _in_the_way(person.end.reasons):
                raise Violation("I4", f"{name} does not get there, and nothing is in its way: {person.end.reasons[:3]}")
            _holds_nothing_in_vain(world, name)
    world.read_truth()
    for name in settled:
        if people[name].goal is None:
            _nothing_left(world, name)
        elif expected and "spoil" not in {h.kind for h in world.history.happenings}:
            found = shape_of(world, name, _imaged(people[name].goal))
            if found != expected[name]:
                raise Violation("end", f"{name} ended as {found}, and undisturbed as {expected[name]}")
    _again(world, {name: people[name].goal for name in settled if people[name].changed})
    world.audits.judge(Store(world.durable.now, world.utc))
    return tuple(unsettled)


def _in_the_way(reasons: tuple[str, ...]) -> bool:
    """Others hold what there is; or somebody claims a port of ours, and the rest waits for that."""
    if any(CLAIMED in reason for reason in reasons):
        reasons = tuple(r for r in reasons if CLAIMED not in r and "waits for" not in r and "still used by" not in r)
    return all(reason.startswith(HONEST) for reason in reasons)


def _holds_nothing_in_vain(world: World, name: str) -> None:
    """Who never got all of what it asked for, and asked for nothing else before, keeps none of it from others.

    Nodes that cannot be imaged are another matter: they were given, and are of no use.
    """
    if sum(wish.experiment == name for wish in world.history.wishes) > 1:
        return
    if world.batch is not None:  # addresses and ids are leased before a job starts
        return
    if "spoil" in {happening.kind for happening in world.history.happenings}:
        return
    if any(p.end is not None and p.end.converged for p in world.processes if p.experiment == name):
        return
    world.read_truth()
    for holder in (world.truth.nodes, world.truth.ids, world.truth.macs):
        if name in holder.values():
            raise Violation("I4", f"{name} holds a part of what it asked for, and waits for the rest")


def _in_doubt(world: World, name: str) -> bool:
    last = [process for process in world.processes if process.experiment == name][-1]
    return any(intent.doubtful for intent in last.store.allocations(name).open.values())


def _again(world: World, goals: dict[str, Goal | None]) -> None:
    """Asked once more for what already is so, nothing is changed anywhere.

    While a run that was overtaken may still act, every run fences it anew: then marks are raised, and it is no rest.
    """
    goals = {name: goal for name, goal in goals.items() if not _in_doubt(world, name)}
    before = world.changes
    processes = [world.start(name, goal, "m0") for name, goal in sorted(goals.items())]
    _wait(world, lambda: True)
    for process in processes:
        if process.end is None or not process.end.converged:
            raise Violation("I5", f"{process.experiment} was as wanted, and asked again it is not: {process.end}")
    if world.changes != before:
        raise Violation("I5", f"asked again for what already was so, {world.changes - before} changes were made")


def _nothing_left(world: World, experiment: str) -> None:
    for name, host in sorted(world.hosts.items()):
        for guest in (*host.guests.values(), *host.zombies.values()):
            if guest.author == experiment:
                raise Violation("I3", f"{guest.domain.name} is left on {name}")
        for disk, author in sorted(host.disks.items()):
            if author == experiment:
                raise Violation("I3", f"the disk {disk} is left on {name}")
    for name, switch in sorted(world.switches.items()):
        for ports in (switch.running, switch.startup):
            for port in ports.values():
                ours = port.description.startswith(PREFIX) and port.description.split(":")[3] == experiment
                if ours and (name, port.name) not in world.checkers.by_hand:
                    raise Violation("I3", f"port {port.name} of {name} still has the mark of {experiment}")
    for holder in (world.truth.nodes, world.truth.ids, world.truth.macs):
        for what, owner in holder.items():
            if owner == experiment:
                raise Violation("I3", f"{what} is still held by {experiment}")


def _imaged(goal: Goal | None) -> bool:
    return goal is not None and goal.image is not None


@cache
def _expected(ground: Ground, experiment: str, goal: Goal | None) -> Shape:
    """How it ends when it is alone, and nothing goes wrong."""
    history = History(0, ground, (Wish(experiment, 0.0, goal),), in_order=True)
    world = World(history)
    people = _live(world)
    world.read_truth()
    end = people[experiment].end
    if end is None or not end.converged:
        return ("impossible", end.reasons if end is not None else ())
    shape = shape_of(world, experiment, _imaged(goal))
    world.over = True
    return shape
