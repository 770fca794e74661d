"""A deployment whose answer was lost is looked for, and found; it is not asked for a second time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.call import Call, Fault
from tests.simulation.documents import Goal, Ground
from tests.simulation.exhaustive import points_of
from tests.simulation.plans import Happening, History, Wish
from tests.simulation.simulate import simulate

ONCE = History(0, Ground(nodes=1), (Wish("a", 0.0, Goal(vms=0)),), in_order=True)


def deploying() -> tuple[str, list[str]]:
    """The call that deploys, and its moments."""
    return next((name, met) for name, (_, met) in points_of(ONCE).calls.items() if "deployer.post" in met)


def moments(history: History) -> list[str]:
    seen: list[str] = []

    def notice(what: str, thing: object) -> None:
        if isinstance(thing, Call) and what.startswith("deployer."):
            seen.append(what)

    assert simulate(history, notice).violation == ""
    return seen


def test_what_is_under_way_and_what_the_nodes_are_is_asked_before_anything_is_begun() -> None:
    _, met = deploying()
    assert met[:3] == ["deployer.list", "deployer.nodes", "deployer.post"]


@pytest.mark.parametrize("kind", ["lostreply", "cut"])
def test_a_workflow_whose_name_was_lost_is_found_among_those_under_way(kind: str) -> None:
    name, met = deploying()
    at = met.index("reply")
    seen = moments(replace(ONCE, faults={name: Fault(kind, at)}))
    after = seen[seen.index("deployer.post") + 1 :]
    assert after[:3] == ["deployer.list", "deployer.workflow", "deployer.nodes"]
    assert "deployer.post" not in after


def test_a_workflow_that_the_server_has_forgotten_is_judged_by_its_nodes() -> None:
    forgotten = replace(ONCE, happenings=(Happening("forget", 30.0),))
    seen = moments(forgotten)
    assert seen.count("deployer.post") == 2, "it was broken off, and is begun again"


def test_a_request_that_arrives_late_is_waited_for() -> None:
    name, met = deploying()
    late = replace(ONCE, faults={name: Fault("late", met.index("deployer.post"), 12.0)})
    assert moments(late).count("deployer.post") == 0, "it never went out as one that was answered"
