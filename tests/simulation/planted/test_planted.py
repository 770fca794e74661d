"""Every error that is put in is caught where it was caught before, and without it nothing is wrong there."""

from __future__ import annotations

import statistics

import pytest

from tests.simulation.planted.contract import CONTRACT
from tests.simulation.planted.hunt import ERRORS, clean, hunt, recorded, try_seed
from tests.simulation.planted.patches import Error
from tests.simulation.planted.scenes import SCENES

NEAR = 300
"""So many seeds are tried when the recorded one no longer shows the error: histories change with the code."""


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.name)
def test_a_planted_error_is_caught(error: Error) -> None:
    seed = recorded()[error.name]
    if not try_seed(error, seed).violation:
        catch = hunt(error, NEAR)
        assert catch.seed is not None, "the simulator has become blind to it: `python -m tests.simulation.planted`"
        seed = catch.seed
    assert clean(error, seed).violation == "", "it goes wrong there without the error, too"


def test_there_are_the_fifteen_of_the_contract_and_as_many_again() -> None:
    assert len(CONTRACT) == 15
    assert len(ERRORS) >= 30
    assert len({error.name for error in ERRORS}) == len(ERRORS)


def test_every_error_has_a_scene_and_every_scene_an_error() -> None:
    assert {error.scene for error in ERRORS} <= SCENES.keys()
    assert recorded().keys() == {error.name for error in ERRORS}


def test_errors_are_caught_soon() -> None:
    assert statistics.median(seed + 1 for seed in recorded().values()) <= 1000
