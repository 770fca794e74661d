"""What a campaign says of itself."""

from __future__ import annotations

import pytest

from tests.simulation import __main__ as campaign
from tests.simulation.campaign import Batch, Result


def test_a_long_campaign_says_now_and_then_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def batches(first: int, last: int, jobs: int, granted: bool) -> list[Batch]:
        wrong = Result(7, "I1: twice", "", unsettled=False)
        right = Result(8, "", "", unsettled=False)
        return [Batch((wrong, right), 0.01)] * 6

    monkeypatch.setattr(campaign, "run_seeds", batches)
    monkeypatch.setattr(campaign, "EVERY", 5)
    assert campaign.random(0, 11, 1, hashes=False, keeping=0) == 1
    assert capsys.readouterr().err.splitlines() == [
        "6 seeds, 3 violations, 200 a second",
        "10 seeds, 5 violations, 200 a second",
    ]
