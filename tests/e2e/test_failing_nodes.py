"""Nodes that cannot be imaged: spares take their place, or the experiment goes on without them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.editing import Tree, edited, named
from tests.e2e.testbed import Testbed

BAD = "chinqchint-2.lille"


@pytest.fixture(autouse=True)
def bare(testbed: Testbed) -> Iterator[None]:
    """Every test begins on a lab where one node fails, and ends with nothing left on it."""
    testbed.break_("deployer", "lille", "fail-node", f"{BAD}.lab.test", "reboot")
    yield
    testbed.mend()
    testbed.must("destroy", "failing", "--yes")
    assert testbed.devices().bare


def nodes_held(testbed: Testbed) -> set[str]:
    return {row["what"] for row in testbed.held("failing") if row["pool"] == "node"}


def test_a_spare_takes_the_place_of_a_node_that_fails(testbed: Testbed) -> None:
    def spares(spec: Tree) -> None:
        named(spec["nodes"], "north").update(count=4, spares=1)

    file = edited(testbed.state, spares, "failing")
    assert testbed.apply(file)["converged"]
    assert testbed.is_settled(file)
    hosts = {guest.host for guest in testbed.devices().guests.values()}
    assert hosts == nodes_held(testbed)
    assert {host for host in hosts if "lille" in host} == {f"chinqchint-{number}.lille" for number in (1, 3, 4, 5)}
    assert len(testbed.groups()[0]) == 24


def test_with_enough_nodes_ready_the_experiment_goes_on_without_the_others(testbed: Testbed) -> None:
    def few(spec: Tree) -> None:
        named(spec["nodes"], "north").update(count=5, minReady=4)

    file = edited(testbed.state, few, "failing")
    assert testbed.apply(file)["converged"]
    assert testbed.is_settled(file)
    assert BAD not in nodes_held(testbed)
    assert len(testbed.devices().guests) == 24


def test_without_enough_nodes_it_says_which_one_failed_at_which_step_and_goes_on_when_that_is_mended(
    testbed: Testbed,
) -> None:
    file = edited(testbed.state, lambda spec: named(spec["nodes"], "north").update(count=5), "failing")
    ran = testbed.run("apply", "-f", file, "--yes", "-o", "json")
    assert (ran.code, ran.data[0]["converged"]) == (3, False)
    failed = ran.data[0]["failed"]
    assert list(failed) == [f"deployment/failing/{BAD}"]
    assert "SetDeploymentEnvUntrusted/reboot" in failed[f"deployment/failing/{BAD}"]
    assert {guest.host for guest in testbed.devices().guests.values()}.isdisjoint({BAD})
    testbed.mend()
    assert testbed.apply(file)["converged"]
    assert testbed.is_settled(file)
