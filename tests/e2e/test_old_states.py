"""What an earlier version applied is known, left alone and taken down by this one, whatever its schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from reconciler.store.schema import MIGRATIONS
from tests.e2e.testbed import Testbed
from tests.store.recorded.restore import EXPERIMENT, GROWN, NAME, SITES, restore

SCHEMAS = range(1, len(MIGRATIONS))
GUESTS = {"client-0", "client-1", "gate-0", "store-0", "full-0", "server-0", "crawler-0"}


def states(*, cut_short: bool) -> list[ParameterSet]:
    return [pytest.param((schema, cut_short), id=f"schema-{schema}") for schema in SCHEMAS]


@pytest.fixture
def testbed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Testbed]:
    """The lab's devices and the state database as that version left them."""
    schema, cut_short = request.param
    restore(schema, tmp_path, cut_short=cut_short)
    made = Testbed(tmp_path)
    made.must("lab", "start", "--fast", "--site", SITES)
    yield made
    made.must("lab", "stop")


def recorded(testbed: Testbed) -> dict[str, int]:
    """How many rows there are of what is recorded, intended, held or open."""
    counts = {
        "resources": "SELECT count(*) FROM resources",
        "intended": "SELECT count(*) FROM intended",
        "nodes": "SELECT count(*) FROM node_leases",
        "numbers": "SELECT count(*) FROM number_leases WHERE state <> 'quarantine'",
        "open": "SELECT count(*) FROM intents WHERE state IN ('prepared', 'issued', 'unknown')",
    }
    with closing(sqlite3.connect(testbed.state / "state.db")) as db:
        return {what: count for what, query in counts.items() if (count := db.execute(query).fetchone()[0])}


def check_destroyed(testbed: Testbed) -> None:
    testbed.must("destroy", NAME, "--yes")
    assert testbed.devices().bare
    assert recorded(testbed) == {}


@pytest.mark.parametrize("testbed", states(cut_short=False), indirect=True)
def test_what_an_earlier_version_applied_is_as_wanted_and_can_be_destroyed(testbed: Testbed) -> None:
    before = testbed.devices()
    assert set(before.guests) == {f"{NAME}-{guest}" for guest in GUESTS}
    assert testbed.is_settled(EXPERIMENT), testbed.run("plan", "-f", EXPERIMENT).out
    testbed.apply(EXPERIMENT)
    after = testbed.devices()
    assert after.touched_since(before) == set()
    assert after == before
    check_destroyed(testbed)


@pytest.mark.parametrize("testbed", states(cut_short=True), indirect=True)
def test_an_update_that_an_earlier_version_was_killed_in_is_finished_and_can_be_destroyed(testbed: Testbed) -> None:
    before = testbed.devices()
    testbed.must("lock", "release", NAME, "--dead", "--yes")
    assert testbed.apply(GROWN)["converged"]
    after = testbed.devices()
    assert set(after.guests) == {f"{NAME}-{guest}" for guest in GUESTS | {"client-2"}}
    assert {name: after.guests[f"{NAME}-{name}-0"].memory_mib for name in ("gate", "server")} == {
        "gate": 192,
        "server": 160,
    }
    assert after.restarted_since(before) <= {f"{NAME}-gate-0", f"{NAME}-server-0"}
    assert testbed.is_settled(GROWN)
    check_destroyed(testbed)
