"""Limits, tables and fits."""

import pytest

from benchmarks.figures import Figure, render
from benchmarks.measure import exponent, run


def test_a_figure_misses_its_limit_on_the_side_that_counts() -> None:
    assert Figure("execs", 3, "", 2).missed and not Figure("execs", 2, "", 2).missed
    assert Figure("ratio", 49, "", 50, at_least=True).missed and not Figure("ratio", 50, "", 50, at_least=True).missed
    assert not Figure("seconds", 1e9, "s").missed


def test_a_missed_limit_is_seen_in_the_table() -> None:
    text = render("Title", [Figure("execs", 3, "", 2), Figure("core", 0.1234, "CPU s", note="why")])
    assert text.splitlines() == [
        "Title",
        "  execs            3  MISSED (≤ 2)",
        "  core   0.123 CPU s                why",
    ]


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_fitted_exponent_is_that_of_the_cost(power: float) -> None:
    assert exponent([(size, 3 * size**power) for size in (10, 20, 50, 100)]) == pytest.approx(power)


def test_a_process_is_charged_for_its_own_work() -> None:
    cost = run(["/bin/sh", "-c", "echo said; exit 3"])
    assert (cost.status, cost.output) == (3, "said\n")
    assert 0 <= cost.cpu_s < 1 and cost.peak_mib > 0
