"""Totals over all devices."""

from reconciler.lab.counters import Totals, total
from reconciler.lab.deployer.counters import DeployerCounters
from reconciler.lab.host.counters import HostCounters
from reconciler.lab.switch.counters import SwitchCounters


def test_totals_add_up_and_reading_changes_nothing() -> None:
    found = total(
        [
            HostCounters(sessions=1, execs=3, mutating=4),
            HostCounters(execs=2),
            SwitchCounters(sessions=2, rpcs=9, edits=1, commits=1, confirms=1, get_configs=6),
            DeployerCounters(deployments=1, mutating=2),
        ]
    )
    assert found == Totals(sessions=3, execs=5, mutating=4, rpcs=9, edits=1, commits=1, deployments=1, changing=8)
    assert total([HostCounters(sessions=1, execs=5), SwitchCounters(rpcs=7, get_configs=7)]).changing == 0


def test_an_empty_lab_counts_nothing() -> None:
    assert total([]) == Totals()
