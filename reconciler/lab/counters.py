"""What all devices together were asked, and how much of it changed anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.lab.deployer.counters import DeployerCounters
from reconciler.lab.host.counters import HostCounters
from reconciler.lab.switch.counters import SwitchCounters

Counters = DeployerCounters | HostCounters | SwitchCounters


@dataclass(frozen=True, slots=True)
class Totals:
    """``changing`` counts all that changes a device: commands on hosts, edits and commits, requests to deployers."""

    sessions: int = 0
    execs: int = 0
    mutating: int = 0
    rpcs: int = 0
    edits: int = 0
    commits: int = 0
    deployments: int = 0
    changing: int = 0


def total(counters: Iterable[Counters]) -> Totals:
    sums: dict[str, int] = {}
    for counter in counters:
        for name, count in _shares(counter).items():
            sums[name] = sums.get(name, 0) + count
    return Totals(**sums)


def _shares(counter: Counters) -> Mapping[str, int]:
    match counter:
        case HostCounters(sessions=sessions, execs=execs, mutating=mutating):
            return {"sessions": sessions, "execs": execs, "mutating": mutating, "changing": mutating}
        case SwitchCounters(sessions=sessions, rpcs=rpcs, edits=edits, commits=commits):
            changing = edits + commits
            return {"sessions": sessions, "rpcs": rpcs, "edits": edits, "commits": commits, "changing": changing}
        case DeployerCounters(deployments=deployments, mutating=mutating):
            return {"deployments": deployments, "changing": mutating}
