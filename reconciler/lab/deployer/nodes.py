"""What the server has on record about each node: what it last did with it, never what runs there now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconciler.lab.deployer.environment import KadeployEnvironment

BUSY = frozenset(("deploying", "rebooting", "powering"))

Named = tuple[str | None, int | None, str | None]
"""An environment's name, version and owner; all None when a node's is no longer known."""


@dataclass(frozen=True, slots=True)
class NodeRecord:
    state: str
    user: str
    environment: Named
    since: float

    def render(self) -> Mapping[str, object]:
        name, version, owner = self.environment
        return {
            "state": self.state,
            "user": self.user,
            "environment": {"name": name, "version": version, "user": owner},
        }


class Nodes:
    """Records by node, in the order of the configuration; None for a node that was never touched."""

    def __init__(self, clusters: Mapping[str, Sequence[str]]) -> None:
        self.clusters = {cluster: tuple(nodes) for cluster, nodes in clusters.items()}
        self._cluster_of = {node: cluster for cluster, nodes in self.clusters.items() for node in nodes}
        self._records: dict[str, NodeRecord | None] = dict.fromkeys(self._cluster_of)

    @property
    def records(self) -> Mapping[str, NodeRecord | None]:
        return self._records

    def cluster_of(self, node: str) -> str:
        return self._cluster_of[node]

    def group(self, nodes: Iterable[str]) -> dict[str, list[str]]:
        """Nodes by cluster, both sorted."""
        grouped: dict[str, list[str]] = {}
        for node in sorted(nodes):
            grouped.setdefault(self._cluster_of[node], []).append(node)
        return dict(sorted(grouped.items()))

    def set(self, node: str, state: str, user: str, environment: KadeployEnvironment | None, now: float) -> None:
        """Without an environment it becomes unknown, as after an abort."""
        named: Named = (environment.name, environment.version, environment.user) if environment else (None, None, None)
        self._records[node] = NodeRecord(state, user, named, now)

    def set_state(self, node: str, state: str, user: str, now: float) -> None:
        """The node keeps its environment."""
        before = self._records[node]
        self._records[node] = NodeRecord(state, user, before.environment if before else (None, None, None), now)

    def load(self, records: Mapping[str, NodeRecord | None]) -> None:
        self._records |= {node: record for node, record in records.items() if node in self._records}
