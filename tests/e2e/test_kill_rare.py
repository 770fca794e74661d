"""Killed at what few runs ever do: a pause, giving up an address to a stranger, finding the state database too old."""

from __future__ import annotations

import pytest

from reconciler.failpoint import EXIT_CODE
from tests.e2e.editing import Tree, edited, named
from tests.e2e.test_destroy import OTHER
from tests.e2e.test_put_back import copy, put_back, two_more
from tests.e2e.testbed import QUICKSTART, Testbed

WHEN = pytest.mark.parametrize("when", ["before", "after"])
HOST = "chinqchint-1.lille"


@WHEN
def test_killed_as_it_waits_for_another_try_the_next_run_has_it(testbed: Testbed, when: str) -> None:
    testbed.break_("deployer", "lille", "fail-node", "chinqchint-2.lille.lab.test", "reboot")
    file = edited(testbed.state, spare, "waiting")
    assert testbed.run("apply", "-f", file, "--yes", dies_at=f"effect.Pause.{when}").code == EXIT_CODE
    assert testbed.apply(file)["converged"] and testbed.is_settled(file)
    testbed.mend()
    testbed.must("destroy", "waiting", "--yes")
    assert testbed.devices().bare


def spare(spec: Tree) -> None:
    named(spec["nodes"], "north").update(count=4, spares=1)


@WHEN
def test_killed_as_it_gives_up_an_address_that_a_stranger_uses_the_next_run_moves_ours(
    testbed: Testbed, when: str
) -> None:
    testbed.apply(QUICKSTART)
    taken = next(row for row in testbed.held("quickstart") if row["member"] == "client-0")
    testbed.by_hand(HOST, OTHER.replace("00:16:3e:ff:00:01", taken["mac"]))
    assert testbed.run("apply", "-f", QUICKSTART, "--yes", dies_at=f"effect.QuarantineAddress.{when}").code == EXIT_CODE
    testbed.run("apply", "-f", QUICKSTART, "--yes")  # what it found out is in no plan that was shown before
    testbed.apply(QUICKSTART)
    ours = {row["what"] for row in testbed.held("quickstart")}
    assert taken["what"] not in ours and testbed.is_settled(QUICKSTART)
    testbed.by_hand(HOST, "xl destroy somebodys\nrm /root/other.cfg\n")
    testbed.must("destroy", "quickstart", "--yes")
    testbed.must("leases", "release", taken["what"])


@WHEN
def test_killed_as_it_finds_the_books_too_old_the_next_run_finds_it_again(testbed: Testbed, when: str) -> None:
    testbed.apply(QUICKSTART)
    kept = copy(testbed.state)
    testbed.apply(edited(testbed.state, two_more))
    before, latest = testbed.devices(), copy(testbed.state, "latest")
    put_back(testbed.state, kept)
    assert (
        testbed.run("apply", "-f", QUICKSTART, "--yes", dies_at=f"effect.ReportUnknownEpoch.{when}").code == EXIT_CODE
    )
    again = testbed.run("apply", "-f", QUICKSTART, "--yes")
    assert again.code == 5 and "older than the devices" in again.err
    assert testbed.devices() == before
    put_back(testbed.state, latest)
    testbed.must("destroy", "quickstart", "--yes")
    assert testbed.devices().bare
