"""One operation that the server carries out on some nodes, as far as it can be asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.lab.deployer.environment import KadeployEnvironment
from reconciler.lab.deployer.errors import KadeployError

PATHS = {"D": "deployment", "R": "reboot", "P": "power"}


@dataclass(frozen=True, slots=True)
class WorkflowProgress:
    """Where one node is; ``macro`` and ``micro`` are None before the first and after the last step."""

    macro: str | None = None
    micro: str | None = None
    state: str = "ok"
    error: str = ""

    def render(self) -> Mapping[str, object]:
        entry: dict[str, object] = {"macro": self.macro, "micro": self.micro, "state": self.state}
        return entry | ({"error": self.error} if self.error else {})


@dataclass(slots=True)
class Workflow:
    """Lives in the server's memory only.  ``nodes`` are those it works on, without the discarded."""

    wid: str
    user: str
    nodes: tuple[str, ...]
    started_at: float
    environment: KadeployEnvironment | None = None
    vlan: str | None = None
    ended_at: float | None = None
    error: KadeployError | None = None
    discarded: tuple[str, ...] = ()
    ok: list[str] = field(default_factory=list)
    ko: list[str] = field(default_factory=list)
    progress: dict[str, WorkflowProgress] = field(default_factory=dict)
    finished_step: set[str] = field(default_factory=set)
    step_began_at: dict[str, float] = field(default_factory=dict)
    logs: list[tuple[float, str, str]] = field(default_factory=list)
    """Time, cluster and line of what was not yet asked for."""

    @property
    def done(self) -> bool:
        return self.ended_at is not None

    @property
    def path(self) -> str:
        return f"/{PATHS[self.wid[0]]}/{self.wid}"

    def log(self, now: float, cluster: str, line: str) -> None:
        self.logs.append((now, cluster, line))

    def pop_logs(self, cluster: str | None) -> str:
        """Lines are given once, to whoever asks first."""
        given = [entry for entry in self.logs if cluster in (None, entry[1]) or not entry[1]]
        self.logs = [entry for entry in self.logs if entry not in given]
        return "".join(f"{when:.5f}|{line}\n" for when, _, line in given)

    def render_summary(self, asker: str, number: int | None, now: float) -> Mapping[str, object]:
        """All of it to its owner (and the administrator); to others only that it is there."""
        entry: dict[str, object] = {
            "wid": self.wid,
            "user": self.user,
            "done": self.done,
            "error": self.error is not None,
            "start_time": int(self.started_at),
        }
        if asker not in (self.user, "root"):
            return entry | {"nodes": list(self.nodes)}
        if self.environment is not None:
            entry["environment"] = {
                "id": None if self.done else number,
                "user": self.environment.user,
                "name": self.environment.name,
                "version": self.environment.version,
            }
        if self.error is None:
            entry |= {"logs": bool(self.logs), "nodes": self._render_nodes()}
        return entry | {"time": round((now if self.ended_at is None else self.ended_at) - self.started_at, 2)}

    def _render_nodes(self) -> Mapping[str, object]:
        entry: dict[str, object] = {"ok": sorted(self.ok), "ko": sorted(self.ko)}
        if self.done:
            return entry
        return entry | {"processing": [node for node in self.nodes if node not in self.ok and node not in self.ko]}

    def render_state(self) -> Mapping[str, object]:
        """Empty before the first step, and of an operation that never began."""
        if self.error is not None:
            return {}
        entry = {node: progress.render() for node, progress in sorted(self.progress.items())}
        return entry | {node: WorkflowProgress(state="discarded").render() for node in self.discarded if entry}

    def render_status(self, clusters: Mapping[str, list[str]], now: float) -> Mapping[str, object]:
        """By cluster, macro-step and micro-step: who is through, who failed, who is at it.  Empty between steps."""
        found: dict[str, object] = {}
        for cluster, nodes in clusters.items():
            current = {node: self.progress[node] for node in nodes if node in self.progress}
            macros: dict[str, dict[str, object]] = {}
            for macro, micro in sorted({(p.macro, p.micro) for p in current.values() if p.macro and p.micro}):
                here = [node for node, p in current.items() if (p.macro, p.micro) == (macro, micro)]
                failed = [node for node in here if current[node].state == "ko"]
                through = [node for node in here if node in self.finished_step and node not in failed]
                at_it = [node for node in here if node not in failed and node not in through]
                took = int(now - self.step_began_at.get(cluster, now))
                macros.setdefault(macro, {})[micro] = {
                    "nodes": {"OK": through, "KO": failed, "**": at_it},
                    "time": took,
                }
            if macros and not self.done:
                found[cluster] = macros
        return found
