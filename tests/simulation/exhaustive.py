"""Every boundary of the reference histories with every fault that it can have, one by one; and crashes two by two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tests.simulation.call import BREAKS, Call, Fault, applies
from tests.simulation.documents import Goal, Ground
from tests.simulation.faults import EVERY_ORPHAN, Written
from tests.simulation.plans import CALL_KINDS, Happening, History, Wish
from tests.simulation.simulate import Verdict, simulate

_ONE = Ground(nodes=1)
_TWO = Ground(nodes=2)


def _life(ground: Ground, *goals: Goal | None, happenings: tuple[Happening, ...] = ()) -> History:
    wishes = tuple(Wish("a", 400.0 * index, goal) for index, goal in enumerate(goals))
    return History(0, ground, wishes, happenings, in_order=True)


BARE = Goal(image=None)
REFERENCES: dict[str, History] = {
    "bare": _life(_ONE, BARE, None),
    "imaged": _life(_ONE, Goal(disk=True), None),
    "resized": _life(_ONE, replace(BARE, vms=2), replace(BARE, memory_mib=128), replace(BARE, memory_mib=512)),
    "rewired": _life(_ONE, BARE, replace(BARE, networks=("lan", "back")), replace(BARE, networks=("back",)), None),
    "re-imaged": _life(_TWO, Goal(nodes=2, vms=2), Goal(nodes=1, vms=1, image="xen-2"), None),
    "between sites": _life(Ground(nodes=1, sites=2), Goal(sites=2, image=None), None),
    "access": _life(_ONE, Goal(vms=0, access=True, image=None), None),
    "by hand": _life(
        _ONE,
        BARE,
        BARE,
        None,
        happenings=tuple(Happening("hand", 100.0 + pick, pick) for pick in (0, 3, 5, 7)),
    ),
    "re-numbered": _life(_ONE, BARE, replace(BARE, routed=True), None),
    "uplink moved": _life(_ONE, BARE, replace(BARE, access=True)),
    "stranger": _life(_ONE, BARE, BARE, happenings=(Happening("stranger", 100.0),)),
    "copy put back": _life(
        _ONE,
        BARE,
        replace(BARE, memory_mib=128),
        replace(BARE, memory_mib=128),
        happenings=(Happening("copy", 300.0), Happening("put back", 700.0)),
    ),
    "recovering": replace(_life(_ONE, BARE, None), faults={"a#1 send xen@n-1.north 7": Fault("lostreply")}),
    "renamed, then paused": _life(
        _ONE, BARE, BARE, BARE, happenings=(Happening("rename", 100.0), Happening("pause guest", 500.0))
    ),
    "held by a person": _life(
        _ONE,
        BARE,
        replace(BARE, networks=("lan", "back")),
        None,
        happenings=(Happening("held", 399.0, 0, 30.0), Happening("held", 799.0, 0, 5.0)),
    ),
    "timed": _life(_ONE, Goal(walltime_min=10)),
    "prolonged": _life(_TWO, replace(BARE, walltime_min=10), replace(BARE, nodes=2, vms=2, walltime_min=12)),
}


@dataclass(slots=True)
class Points:
    """Where a history can go wrong: its boundaries, and its calls with their moments."""

    boundaries: list[str] = field(default_factory=list)
    calls: dict[str, tuple[Call, list[str]]] = field(default_factory=dict)
    effects: list[tuple[str, object]] = field(default_factory=list)


class _Listening(Written):
    """Nothing goes wrong but what goes wrong in the reference; every point is written down."""

    def __init__(self, points: Points, faults: Mapping[str, Fault]) -> None:
        super().__init__(faults)
        self._points = points

    def at_boundary(self, point: str) -> Fault | None:
        if not self.quiet:
            self._points.boundaries.append(point)
        return super().at_boundary(point)


def points_of(history: History) -> Points:
    points = Points()

    def notice(what: str, thing: object) -> None:
        if isinstance(thing, Call):
            points.calls.setdefault(thing.name, (thing, []))[1].append(what)
        else:
            points.effects.append((what, thing))

    # a happening, or a fault nobody meets, keeps the history from being quiet from the start
    faults = {**(history.faults or {}), "nowhere": Fault("crash")}
    verdict = simulate(replace(history, faults=faults), notice, faults=_Listening(points, faults))
    if verdict.violation:
        raise AssertionError(f"the reference itself goes wrong: {verdict.violation}")
    return points


def _own_points(history: History) -> Points:
    """Those that no other reference has: the first run of what begins like "bare" or "imaged" is tried there."""
    points = points_of(history)
    first = history.wishes[0].goal
    timed = first is not None and first.walltime_min is not None
    if (first != BARE and not timed) or history == REFERENCES["bare"]:
        return points
    return Points(
        [point for point in points.boundaries if not point.startswith("a#1 ")],
        {name: call for name, call in points.calls.items() if not name.startswith("a#1 ")},
        points.effects,
    )


def singles(history: History) -> Iterator[History]:
    """One fault each: every boundary a crash, a pause and a request to stop; every call all that it can have."""
    points = _own_points(history)
    for point in points.boundaries:
        for fault in (Fault("crash"), Fault("pause", 0, 200.0), Fault("term")):
            yield _with(history, {point: fault})
    for name, (call, moments) in points.calls.items():
        for kind in CALL_KINDS:
            if applies(kind, call):
                where = range(len(moments)) if kind in BREAKS and kind != "lostreply" else (0,)
                for at in where:
                    yield _with(history, {name: Fault(kind, at, 70.0)})


def expiries(history: History) -> Iterator[History]:
    """The lifetime closes, or ends, at every boundary; or a run dies at it, and nobody but the watch is left."""
    for point in points_of(history).boundaries:
        for fault in (Fault("expire"), Fault("expire", 0, 90.0), Fault("forsake")):
            yield _with(history, {point: fault})


def orphans(history: History) -> Iterator[History]:
    """A crash at every boundary, with what is under way at that moment arriving late, or hanging on for long."""
    points = _own_points(history)
    for point in points.boundaries:
        for kind in ("late", "linger"):
            yield _with(history, {point: Fault("crash"), EVERY_ORPHAN: Fault(kind, 0, 45.0)})


def pairs(history: History) -> Iterator[History]:
    """A crash at every boundary of the history, and one at every boundary of the run that comes after."""
    for point in points_of(history).boundaries:
        first = _with(history, {point: Fault("crash")})
        run = int(point.split("#")[1].split()[0])
        again = [p for p in points_of(first).boundaries if p.split()[0] == f"a#{run + 1}"]
        for second in again:
            yield _with(first, {second: Fault("crash")})


def _with(history: History, faults: Mapping[str, Fault]) -> History:
    return replace(history, faults={**(history.faults or {}), **faults})


def histories_of(name: str) -> Iterator[History]:
    """All that is tried on one reference."""
    history = REFERENCES[name]
    yield from singles(history)
    yield from orphans(history)
    if name == "bare":
        yield from pairs(history)
    if any(wish.goal is not None and wish.goal.walltime_min is not None for wish in history.wishes):
        yield from expiries(history)


def run_all() -> tuple[int, list[tuple[str, History, Verdict]]]:
    """How many histories there are, and those that went wrong."""
    count, wrong = 0, []
    for name in REFERENCES:
        for history in histories_of(name):
            count += 1
            verdict = simulate(history)
            if verdict.violation:
                wrong.append((name, history, verdict))
    return count, wrong
