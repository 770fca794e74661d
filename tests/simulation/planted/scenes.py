"""Named scenarios, each with what it takes for one sort of error to show; a seed draws the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.simulation.batch import Granting
from tests.simulation.documents import Goal, Ground
from tests.simulation.plans import Happening, History, Wish

BARE = Goal(image=None)
PAIR = replace(BARE, nodes=2, vms=2)
ONLY_NODES = replace(BARE, vms=0, networks=())
TIMED = replace(BARE, walltime_min=10)
WIDE = Goal(sites=2, image=None)


@dataclass(frozen=True, slots=True)
class Scene:
    """``first`` is what experiment a wants, one after the other; ``second``, if any, what b wants, ``later_s`` on."""

    ground: Ground
    first: tuple[Goal | None, ...]
    second: tuple[Goal | None, ...] = ()
    kinds: tuple[str, ...] = ()
    intensity: float = 0.0
    happenings: tuple[str, ...] = ()
    machines: int = 1
    later_s: tuple[float, ...] = (0.0,)
    apart_s: tuple[float, ...] = (30.0, 200.0, 400.0)
    from_s: float = 0.0
    granting: Granting | None = None

    def history(self, seed: int) -> History:
        chance = Random(seed)
        wishes = _wishes("a", self.first, self.from_s, chance.choice(self.apart_s))
        wishes += _wishes("b", self.second, chance.choice(self.later_s), chance.choice(self.apart_s))
        happenings = tuple(
            Happening(
                kind, round(20.0 + chance.random() * 900.0, 1), chance.randrange(1000), chance.choice((60.0, 300.0))
            )
            for kind in self.happenings
        )
        return History(
            seed,
            self.ground,
            wishes,
            happenings,
            None,
            self.kinds,
            self.intensity,
            machines=self.machines,
            granting=self.granting,
        )


def _wishes(name: str, goals: tuple[Goal | None, ...], from_s: float, apart_s: float) -> tuple[Wish, ...]:
    return tuple(Wish(name, from_s + apart_s * index, goal) for index, goal in enumerate(goals))


_SMALL = Ground(nodes=2)
LATE = ("late", "linger", "crash")
SCENES: Mapping[str, Scene] = {
    "it stays": Scene(_SMALL, (BARE,)),
    "two stay": Scene(_SMALL, (BARE,), (BARE,)),
    "a life": Scene(_SMALL, (BARE, None)),
    "two lives": Scene(_SMALL, (BARE, None), (BARE, None)),
    "one after the other": Scene(Ground(nodes=1), (BARE, None), (BARE, None), later_s=(10.0, 300.0)),
    "a group shrinks": Scene(_SMALL, (PAIR, BARE), (BARE,), ("refuse", "before", "cut"), 0.2, later_s=(200.0, 400.0)),
    "a group shrinks while its node is down": Scene(
        _SMALL, (PAIR, BARE, None), (), ("refuse", "cut", "slow"), 0.2, ("death", "death", "partition")
    ),
    "a network moves": Scene(
        Ground(nodes=2, sites=2), (BARE, WIDE, None), (WIDE,), ("slow", "before"), 0.1, later_s=(100.0, 1000.0)
    ),
    "deletions are refused": Scene(Ground(nodes=1), (BARE, None), (), ("refuse", "crash"), 0.3),
    "marks of others": Scene(
        _SMALL, (PAIR, None), (), (), 0.0, ("stray", "stray", "stray"), apart_s=(200.0,), from_s=950.0
    ),
    "changed by hand": Scene(_SMALL, (BARE, BARE, BARE), (), (), 0.0, ("hand", "hand", "hand", "death")),
    "the last of everything": Scene(
        Ground(nodes=2, vlan_ids=1), (ONLY_NODES, BARE), (BARE,), later_s=(200.0,), apart_s=(200.0,)
    ),
    "replies are lost": Scene(_SMALL, (BARE, None), (BARE, None), ("lostreply", "cut", "crash"), 0.2),
    "late and dead": Scene(Ground(nodes=1), (BARE, None), (BARE, None), LATE, 0.3, later_s=(100.0, 250.0)),
    "late and alive": Scene(Ground(nodes=1), (BARE, None), (BARE, None), ("late",), 0.3, later_s=(0.0, 20.0)),
    "paused for long": Scene(
        Ground(nodes=1), (BARE, None), (BARE, None), ("pause", "slow"), 0.5, ("rival", "rival"), 2, (100.0, 400.0)
    ),
    "images": Scene(_SMALL, (Goal(), Goal(image="xen-2")), (), ("dup", "crash", "lostreply", "late"), 0.2),
    "switches restart": Scene(_SMALL, (BARE, PAIR, None), (), (), 0.0, ("restart",) * 4, apart_s=(300.0,)),
    "crashes": Scene(_SMALL, (BARE, PAIR, None), (BARE, None), ("crash",), 0.3),
    "a copy put back": Scene(
        _SMALL, (BARE, replace(BARE, memory_mib=128), replace(BARE, memory_mib=128)), (), (), 0.0, ("copy", "put back")
    ),
    "its time comes": Scene(_SMALL, (TIMED,), (BARE,), ("expire", "slow"), 0.3),
    "it is prolonged": Scene(
        _SMALL,
        (TIMED, replace(PAIR, walltime_min=12)),
        (),
        ("expire", "pause", "slow"),
        0.3,
        apart_s=(200.0, 500.0, 539.0),
    ),
    "a person at the switch": Scene(_SMALL, (BARE, PAIR, None), (BARE, None), (), 0.0, ("held",) * 4),
    "answers of the deployer are lost": Scene(
        _SMALL, (Goal(), Goal(image="xen-2")), (), ("lostreply", "late", "crash"), 0.3
    ),
    "nodes come late": Scene(Ground(nodes=3), (PAIR, None), (), granting=Granting(otherwise=True, revokes=True)),
    "nodes come in parts": Scene(Ground(nodes=3), (PAIR, None), (), granting=Granting(withheld=1)),
    "the scheduler falls silent": Scene(
        Ground(nodes=3), (BARE, PAIR), (), granting=Granting(silent_at_s=150.0, silent_for_s=300.0)
    ),
    "out of reach": Scene(
        _SMALL, (BARE, None), (BARE, None), ("before", "partial", "garbage"), 0.2, ("partition",) * 3
    ),
}
