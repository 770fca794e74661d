"""A history with the log finds a call that has no entry, and an entry that is not sealed."""

from __future__ import annotations

import pytest

from reconciler.store.audit import AuditLog
from tests.simulation.audits import ONE_IN
from tests.simulation.plans import draw
from tests.simulation.simulate import expect, simulate

SEED = 3 * ONE_IN


@pytest.fixture(autouse=True)
def _undisturbed() -> None:
    """How the history ends undisturbed is known before anything is broken."""
    expect(draw(SEED))


def test_a_call_without_an_entry_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AuditLog, "issued", lambda self, run, steps: {})
    violation = simulate(draw(SEED)).violation
    assert violation.startswith("audit: ") and violation.endswith("is sent without an entry")


def test_an_entry_that_does_not_fit_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.store.audit.seal", lambda before, number, entry: "0" * 64)
    assert "was changed after it was written" in simulate(draw(SEED)).violation


def test_a_history_goes_the_same_way_with_the_log_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = simulate(draw(SEED)).digest
    monkeypatch.setattr("tests.simulation.audits.ONE_IN", SEED + 1)
    assert simulate(draw(SEED)).digest == digest
