"""The stage: a state is put back whole, and a process that is killed is dead to everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.campaigns.sieve.workloads import NAME, WORKLOADS, render
from tests.campaigns.stage.stage import Stage, open_stage, texts_under
from tests.campaigns.stage.watching import Perturbation

SPEC = WORKLOADS[0].after or {}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage(texts_under("specs/sites", "specs/environments")) as opened:
        yield opened


def test_everything_is_put_back_and_a_killed_run_is_taken_over(stage: Stage) -> None:
    apply = ("apply", "-f", stage.write(NAME, render(NAME, SPEC)), "-f", "specs/environments", "--yes")
    empty, nothing = stage.keep(), stage.picture()
    killed = stage.run(*apply, perturbation=Perturbation("store allocations #1", "crash"))
    assert killed.code == -9
    assert killed.events[-2:] == ("store allocations #1", "perturbed store allocations #1")
    assert stage.run(*apply).code == 0
    made = stage.picture()
    assert made["lives"]["create domain ours-web-0 on chinqchint-1.lille"] == 1
    assert stage.books(NAME)["leases"]
    stage.put_back(empty)
    assert stage.picture() == nothing
    assert not stage.books(NAME)["leases"]
    assert stage.run(*apply).code == 0
    assert stage.picture() == made


def test_a_blink_leaves_everything_as_it_was(stage: Stage) -> None:
    apply = ("apply", "-f", stage.write(NAME, render(NAME, SPEC)), "-f", "specs/environments", "--yes")
    assert stage.run(*apply).code == 0
    before = stage.picture()
    assert stage.ask_lab("blink", endpoint="sw-1.lille")
    assert stage.ask_lab("blink", endpoint="chinqchint-1.lille")
    assert not stage.ask_lab("blink", endpoint="chinqchint-4.lille")
    after = stage.picture()
    assert {part for part in before if before[part] != after[part]} <= {"lives"}
