"""A copy of the state that is put back is not trusted: what was leased since is not in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.editing import Tree, edited, named
from tests.e2e.testbed import QUICKSTART, Testbed


def copy(state: Path, name: str = "copy") -> Path:
    """As somebody would who makes a nightly copy."""
    kept = state / f"state.{name}"
    with closing(sqlite3.connect(state / "state.db")) as database, closing(sqlite3.connect(kept)) as into:
        database.backup(into)
    return kept


def put_back(state: Path, kept: Path) -> None:
    for old in state.glob("state.db*"):
        old.unlink()
    kept.rename(state / "state.db")


def two_more(spec: Tree) -> None:
    named(spec["vms"], "client")["count"] += 2


@pytest.fixture
def behind(quickstart: Testbed) -> Testbed:
    """Two VMs were made after the copy that is there now."""
    kept = copy(quickstart.state)
    quickstart.apply(edited(quickstart.state, two_more))
    put_back(quickstart.state, kept)
    return quickstart


def test_a_copy_that_is_older_than_the_devices_is_used_for_nothing_until_a_person_says_so(behind: Testbed) -> None:
    before = behind.devices()
    drift = behind.run("drift", "-o", "json")
    assert drift.code == 3 and "the state database is older than the devices" in drift.out
    codes = [behind.run("apply", "-f", QUICKSTART, "--yes").code for _ in range(4)]
    assert codes == [5, 5, 5, 5]
    refused = behind.run("destroy", "quickstart", "--yes")
    assert refused.code == 5
    assert "state database is older than the devices" in refused.err and "`reconciler lock catch-up`" in refused.err
    assert behind.devices() == before

    assert behind.run("lock", "catch-up").code == 64, "nobody can be asked"
    behind.must("lock", "catch-up", "--yes")
    assert behind.is_settled(QUICKSTART), "what is in the copy is as it says"
    more = edited(behind.state, two_more)
    foreign = behind.run("apply", "-f", more, "--yes", "-o", "json").data[0]["foreign"]
    assert set(foreign) == {"domain/quickstart/client-12", "domain/quickstart/client-13"}, "in no database of ours"
    for name in ("quickstart-client-12", "quickstart-client-13"):
        behind.xl(before.guests[name].host, f"destroy {name}")
    behind.apply(more)
    assert behind.is_settled(more) and behind.devices().guests.keys() == before.guests.keys()
    behind.must("destroy", "quickstart", "--yes")
    assert behind.held("quickstart") == [] and behind.devices().guests == {}
