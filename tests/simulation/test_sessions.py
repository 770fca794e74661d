"""A session that hangs with a switch's locks is ended if it is our own, and waited for if it is anybody else's."""

from __future__ import annotations

from dataclasses import replace

from tests.simulation.call import Call, Fault
from tests.simulation.documents import Goal, Ground
from tests.simulation.exhaustive import points_of
from tests.simulation.plans import Happening, History, Wish
from tests.simulation.simulate import Verdict, simulate

ONCE = History(0, Ground(nodes=1), (Wish("a", 100.0, Goal(image=None)),), in_order=True)


def moments(history: History) -> tuple[Verdict, list[tuple[str, str]]]:
    """All moments of switches, with the run that they are of."""
    seen: list[tuple[str, str]] = []

    def notice(what: str, thing: object) -> None:
        if isinstance(thing, Call) and what.startswith("switch."):
            seen.append((what, thing.run))

    return simulate(history, notice), seen


def hanging(at: str) -> History:
    """The link breaks in the midst of the first change of the switch; its session lives on for a minute."""
    name, met = next((n, met) for n, (_, met) in points_of(ONCE).calls.items() if "switch.trial" in met)
    return replace(ONCE, faults={name: Fault("linger", met.index(at), 70.0)})


def test_a_run_ends_its_own_session_that_hangs_with_a_change() -> None:
    verdict, seen = moments(hanging("switch.save"))
    assert ("switch.kill", "a#1") in seen
    assert verdict.violation == ""


def test_a_run_that_changed_nothing_there_waits_for_its_own_session_as_for_any() -> None:
    verdict, seen = moments(hanging("switch.discard"))
    assert "switch.kill" not in dict(seen)
    assert verdict.violation == ""


def test_a_person_who_has_the_locks_is_waited_for() -> None:
    held = replace(ONCE, happenings=(Happening("held", 99.0, 0, 60.0),))
    verdict, seen = moments(held)
    assert verdict.violation == ""
    assert "switch.kill" not in dict(seen)
    assert seen.count(("switch.lock-candidate", "a#1")) > 1
