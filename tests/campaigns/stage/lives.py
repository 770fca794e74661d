"""How often each object of the lab began and ended: told by the devices as it happens, whoever did it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reconciler.lab.deployer.environment import KadeployEnvironment
from reconciler.lab.host.host import LabHost
from reconciler.lab.world import LabWorld


@dataclass(slots=True)
class Lives:
    """``counts`` are by what happened to what: ``create domain small-web-0``, ``commit sw-1.lille``, ``deploy …``."""

    seen: Counter[str] = field(default_factory=Counter)
    commits: Callable[[], Mapping[str, int]] = dict
    _commits_before: Mapping[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        commits = self.commits()
        since = {f"commit {name}": count - self._commits_before.get(name, 0) for name, count in commits.items()}
        return dict(sorted((self.seen + Counter(since)).items()))

    def forget(self) -> None:
        self.seen.clear()
        self._commits_before = self.commits()


def watch_lives(world: LabWorld) -> Lives:
    lives = Lives(commits=lambda: _commits(world))
    for device, host in world.hosts.items():
        host.on_change = _watch_host(str(device), host, lives.seen)
    for deployer in world.deployers.values():
        deployer.events.on_deployed = _watch_deployed(deployer.events.on_deployed, lives.seen)
    lives.forget()
    return lives


def _commits(world: LabWorld) -> dict[str, int]:
    """Those that stayed: one on trial is undone when its session breaks, and made again."""
    counters = {str(device): switch.counters for device, switch in world.switches.items()}
    return {name: found.commits - found.rollbacks for name, found in counters.items()}


def _watch_host(name: str, host: LabHost, seen: Counter[str]) -> Callable[[], None]:
    """A domain is another one after each start: it is known by the host's boot and its number."""
    before = host.on_change
    known = _objects(host)

    def changed() -> None:
        nonlocal known
        now = _objects(host)
        seen.update(f"create {label} on {name}" for key, label in now.items() if key not in known)
        seen.update(f"destroy {label} on {name}" for key, label in known.items() if key not in now)
        known = now
        before()

    return changed


def _objects(host: LabHost) -> dict[tuple[str, str], str]:
    found = {(host.boot_id, f"domain {d.id}"): f"domain {d.config.name}" for d in host.hypervisor}
    bridges = (link.name for link in host.links if link.name.startswith("xbr"))
    return found | {(host.boot_id, f"bridge {name}"): f"bridge {name}" for name in bridges}


def _watch_deployed(
    before: Callable[[str, KadeployEnvironment], None], seen: Counter[str]
) -> Callable[[str, KadeployEnvironment], None]:
    def deployed(node: str, environment: KadeployEnvironment) -> None:
        seen[f"deploy {node}"] += 1
        before(node, environment)

    return deployed
