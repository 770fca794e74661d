"""Every boundary of the reference histories with every fault that it can have, one by one; and crashes two by two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.simulation.call import BREAKS, Call, Fault
from tests.simulation.documents import Goal, Ground
from tests.simulation.faults import Written
from tests.simulation.plans import CALL_KINDS, Happening, History, Wish
from tests.simulation.simulate import Verdict, simulate
from tests.simulation.world import applies

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
    "between sites": _life(Ground(nodes=1, sites=2, switches=2), Goal(sites=2, image=None), None),
    "made global": _life(Ground(nodes=1, sites=2), BARE, Goal(sites=2, image=None), None),
    "access": _life(_ONE, Goal(vms=0, access=True, image=None), None),
    "by hand": _life(
        _ONE,
        BARE,
        BARE,
        None,
        happenings=tuple(Happening("hand", 100.0 + pick, pick) for pick in (0, 3, 5, 7)),
    ),
    "renamed": _life(_ONE, BARE, BARE, happenings=(Happening("rename", 100.0),)),
    "paused": _life(_ONE, BARE, BARE, happenings=(Happening("pause guest", 100.0),)),
}


@dataclass(slots=True)
class Points:
    """Where a history can go wrong: its boundaries, and its calls with their moments."""

    boundaries: list[str] = field(default_factory=list)
    calls: dict[str, tuple[Call, list[str]]] = field(default_factory=dict)
    effects: list[tuple[str, object]] = field(default_factory=list)


class _Listening(Written):
    """Nothing goes wrong; every point is written down."""

    def __init__(self, points: Points) -> None:
        super().__init__({})
        self._points = points

    def at_boundary(self, point: str) -> Fault | None:
        if not self.quiet:
            self._points.boundaries.append(point)
        return None


def points_of(history: History) -> Points:
    points = Points()

    def notice(what: str, thing: object) -> None:
        if isinstance(thing, Call):
            points.calls.setdefault(thing.name, (thing, []))[1].append(what)
        else:
            points.effects.append((what, thing))

    # a happening, or a fault nobody meets, keeps the history from being quiet from the start
    disturbed = replace(history, faults={"nowhere": Fault("crash")})
    verdict = simulate(disturbed, notice, faults=_Listening(points))
    if verdict.violation:
        raise AssertionError(f"the reference itself goes wrong: {verdict.violation}")
    return points


def singles(history: History) -> Iterator[History]:
    """One fault each: every boundary a crash, a pause and a request to stop; every call all that it can have."""
    points = points_of(history)
    for point in points.boundaries:
        for fault in (Fault("crash"), Fault("pause", 0, 200.0), Fault("term")):
            yield replace(history, faults={point: fault})
    for name, (call, moments) in points.calls.items():
        for kind in CALL_KINDS:
            if applies(kind, call):
                where = range(len(moments)) if kind in BREAKS and kind != "lostreply" else (0,)
                for at in where:
                    yield replace(history, faults={name: Fault(kind, at, 70.0)})


def orphans(history: History) -> Iterator[History]:
    """A crash at every boundary, with what is under way at that moment arriving late, or hanging on for long."""
    points = points_of(history)
    for point in points.boundaries:
        for kind in ("late", "linger"):
            yield replace(history, faults={point: Fault("crash"), "* orphan": Fault(kind, 0, 45.0)})


def pairs(history: History) -> Iterator[History]:
    """A crash at every boundary of the history, and one at every boundary of the run that comes after."""
    for point in points_of(history).boundaries:
        first = replace(history, faults={point: Fault("crash")})
        run = int(point.split("#")[1].split()[0])
        again = [p for p in points_of(first).boundaries if p.split()[0] == f"a#{run + 1}"]
        for second in again:
            yield replace(history, faults={point: Fault("crash"), second: Fault("crash")})


def all_histories() -> Iterator[tuple[str, History]]:
    for name, history in REFERENCES.items():
        for one in singles(history):
            yield name, one
        for one in orphans(history):
            yield name, one
    for one in pairs(REFERENCES["bare"]):
        yield "bare", one


def run_all() -> tuple[int, list[tuple[str, History, Verdict]]]:
    """How many histories there are, and those that went wrong."""
    count, wrong = 0, []
    for name, history in all_histories():
        count += 1
        verdict = simulate(history)
        if verdict.violation:
            wrong.append((name, history, verdict))
    return count, wrong
