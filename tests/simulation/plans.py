"""A history to be: what exists, who wants what and when, what goes wrong; drawn from a seed, or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

from reconciler.allocation.allocate import allocate
from reconciler.model.errors import Exhausted, SpecError
from reconciler.resources.allocations import Allocations
from tests.simulation.batch import Granting
from tests.simulation.call import Fault
from tests.simulation.documents import Goal, Ground, with_experiment

CALL_KINDS = (
    "before", "lostreply", "late", "dup", "slow", "garbage", "partial", "refuse", "cut", "linger", "reboot", "zombie",
)  # fmt: skip
PROCESS_KINDS = ("crash", "pause", "term")
TIME_KINDS = ("expire", "forsake")
"""What goes wrong with processes of experiments with a walltime: they are slow till its end, or nobody resumes them."""
WORLD_KINDS = ("partition", "hand", "death", "rival", "power", "forget", "spoil", "restart", "skew", "stray")
ALL_KINDS = (*CALL_KINDS, *PROCESS_KINDS, *WORLD_KINDS)
QUIET_S = 1200.0
WALLTIMES_MIN = (10, 12, 15, 20, 25)


@dataclass(frozen=True, slots=True)
class Wish:
    """From ``at_s`` on ``goal`` is wanted of an experiment; None: that nothing is left of it."""

    experiment: str
    at_s: float
    goal: Goal | None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something in the world; ``pick`` is a number from which the thing it happens to is chosen."""

    kind: str
    at_s: float
    pick: int = 0
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class History:
    """``faults`` None: drawn as the history goes, from ``seed``; else exactly these, by the name of the point.

    ``in_order``: tasks take turns; else the seed picks.  ``machines``: on how many machines reconcilers run.
    ``granting``: a batch scheduler chooses the nodes, in this way; None: we choose them.
    """

    seed: int
    ground: Ground
    wishes: tuple[Wish, ...]
    happenings: tuple[Happening, ...] = ()
    faults: Mapping[str, Fault] | None = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    intensity: float = 0.0
    in_order: bool = False
    machines: int = 1
    granting: Granting | None = None

    @property
    def experiments(self) -> tuple[str, ...]:
        return tuple(sorted({wish.experiment for wish in self.wishes}))

    def last_wish(self, experiment: str) -> Goal | None:
        return max((w for w in self.wishes if w.experiment == experiment), key=lambda w: w.at_s).goal

    def ends_itself(self, experiment: str) -> bool:
        """What is wanted last has a walltime: in the end nothing is left of it."""
        last = self.last_wish(experiment)
        return last is not None and last.walltime_min is not None

    def as_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> History:
        wishes = tuple(Wish(w["experiment"], w["at_s"], _goal(w["goal"])) for w in data["wishes"])
        faults, granting = data["faults"], data.get("granting")
        return cls(
            **{
                **data,
                "ground": Ground(**data["ground"]),
                "wishes": wishes,
                "happenings": tuple(Happening(**one) for one in data["happenings"]),
                "faults": None if faults is None else {key: Fault(**one) for key, one in faults.items()},
                "kinds": tuple(data["kinds"]),
                "granting": None if granting is None else Granting(**granting),
            }
        )


def _goal(data: Mapping[str, Any] | None) -> Goal | None:
    return None if data is None else Goal(**{**data, "networks": tuple(data["networks"])})


GROUNDS = (
    Ground(nodes=2),
    Ground(nodes=3),
    Ground(nodes=2, parked=False),
    Ground(nodes=3, switches=2),
    Ground(nodes=2, vlan_ids=1, addresses=8),
    Ground(nodes=3, vlan_ids=2, addresses=8),
    Ground(nodes=2, sites=2),
)
GOALS = (
    Goal(),
    Goal(image=None),
    Goal(image=None, vms=2),
    Goal(vms=2, memory_mib=128),
    Goal(vms=2, disk=True),
    Goal(nodes=2, vms=2, image=None),
    Goal(nodes=2, vms=3),
    Goal(nodes=2, vms=1, image="xen-2"),
    Goal(vms=1, networks=("lan", "back")),
    Goal(vms=1, access=True, image=None),
    Goal(nodes=1, vms=0, access=True),
    Goal(nodes=1, vms=2, spares=1),
)
GLOBAL_GOALS = (Goal(sites=2), Goal(sites=2, image=None, vms=2), Goal(image=None))


@cache
def possible(ground: Ground) -> tuple[Goal, ...]:
    """The goals that this ground has enough of everything for, while nobody else is there."""
    return tuple(goal for goal in (GLOBAL_GOALS if ground.sites > 1 else GOALS) if _fits(ground, goal))


def _fits(ground: Ground, goal: Goal) -> bool:
    try:
        documents = with_experiment(ground, "a", goal)
        allocate(documents.experiments["a"], documents, Allocations())
    except (SpecError, Exhausted):
        return False
    return True


def draw(seed: int) -> History:
    """The history of a seed.  Most are small; a random half of what can go wrong is off in each."""
    chance = Random(seed)
    ground = chance.choice(GROUNDS)
    names = ("a", "b") if chance.random() < 0.5 else ("a",)
    wishes = tuple(wish for name in names for wish in _wishes(chance, name, ground))
    kinds = tuple(kind for kind in ALL_KINDS if chance.random() < 0.5)
    happenings = tuple(_happenings(chance, kinds))
    intensity = chance.choice((0.0, 0.02, 0.05, 0.1, 0.2))
    machines = chance.choice((1, 1, 2))
    history = History(seed, ground, wishes, happenings, None, kinds, intensity, machines=machines)
    return _held(Random(seed * 4001 + 7), _timed(Random(seed * 6007 + 11), history))


def draw_granted(seed: int) -> History:
    """The same histories, and a batch scheduler that chooses the nodes.

    Of two experiments, neither has to wait for an id that the other holds while it waits for nodes of the first.
    """
    history, chance = draw(seed), Random(seed * 8009 + 3)
    if len(history.experiments) > 1 and history.ground.vlan_ids < Ground().vlan_ids:
        history = replace(history, wishes=tuple(w for w in history.wishes if w.experiment == "a"))
    granting = Granting(
        promise_s=chance.choice((1.0, 20.0)),
        start_s=chance.choice((0.5, 30.0, 200.0, 600.0)),
        withheld=chance.choice((0, 0, 1, 2)),
        rest_s=chance.choice((1.0, 60.0, 300.0)),
        otherwise=chance.random() < 0.5,
        revokes=chance.random() < 0.5,
        silent_at_s=chance.choice((100.0, 250.0, 500.0)),
        silent_for_s=chance.choice((0.0, 0.0, 100.0, 400.0)),
        partly=chance.random() < 0.3,
    )
    return replace(history, granting=granting)


def _held(chance: Random, history: History) -> History:
    """In some histories a person works on a switch now and then, and has its locks."""
    if chance.random() >= 0.15:
        return history
    times = sorted(round(chance.random() * 700.0, 1) for _ in range(chance.choice((1, 2, 3))))
    held = [Happening("held", at_s, chance.randrange(1000), chance.choice((5.0, 60.0, 300.0))) for at_s in times]
    return replace(history, happenings=(*history.happenings, *held))


def _timed(chance: Random, history: History) -> History:
    """A quarter of the histories have experiments that end by themselves; the others are as they were."""
    if chance.random() >= 0.25:
        return history
    wishes = tuple(
        replace(wish, goal=replace(wish.goal, walltime_min=chance.choice(WALLTIMES_MIN)))
        if wish.goal is not None and chance.random() < 0.7
        else wish
        for wish in history.wishes
    )
    kinds = tuple(kind for kind in TIME_KINDS if chance.random() < 0.5)
    return replace(history, wishes=wishes, kinds=(*history.kinds, *kinds))


def _wishes(chance: Random, name: str, ground: Ground) -> list[Wish]:
    goals = possible(ground)
    at_s, wishes = chance.choice((0.0, 0.0, 100.0)), []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        wishes.append(Wish(name, at_s, chance.choice(goals)))
        at_s += chance.choice((20.0, 200.0, 400.0))
    if chance.random() < 0.5:
        wishes.append(Wish(name, at_s, None))
    return wishes


def _happenings(chance: Random, kinds: tuple[str, ...]) -> list[Happening]:
    possible = [kind for kind in kinds if kind in WORLD_KINDS]
    count = chance.choice((0, 1, 2, 3)) if possible else 0
    return sorted(
        (
            Happening(
                chance.choice(possible),
                round(chance.random() * 900.0, 1),
                chance.randrange(1000),
                chance.choice((5.0, 60.0, 300.0)),
            )
            for _ in range(count)
        ),
        key=lambda happening: happening.at_s,
    )


def without(history: History, point: str) -> History:
    return replace(history, faults={key: fault for key, fault in (history.faults or {}).items() if key != point})
