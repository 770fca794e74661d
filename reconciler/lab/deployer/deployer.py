"""The server's whole state, and what its requests do to it."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from reconciler.lab.deployer.automaton import DEPLOY, POWER, REBOOT, Macro, Tempo
from reconciler.lab.deployer.clock import Clock, WallClock
from reconciler.lab.deployer.counters import DeployerCounters
from reconciler.lab.deployer.environment import Image, KadeployEnvironment, parse_environment
from reconciler.lab.deployer.errors import destructive, forbidden, invalid_wid, no_rights, nothing_modified
from reconciler.lab.deployer.events import Events
from reconciler.lab.deployer.faults import AT_ONCE, LASTING, Faults
from reconciler.lab.deployer.nodes import BUSY, NodeRecord, Nodes
from reconciler.lab.deployer.registry import Registry
from reconciler.lab.deployer.requests import OperationRequest
from reconciler.lab.deployer.rights import Rights
from reconciler.lab.deployer.running import Operation, Runner
from reconciler.lab.deployer.stats import StatLine, stat_lines
from reconciler.lab.deployer.workflow import Workflow

ADMINISTRATOR = "root"
REBOOTED = {"simple": "rebooted", "set_pxe": "rebooted", "deploy_env": "deploy_env", "recorded_env": "recorded_env"}
FILE_FOLDERS = ("/grid5000/", "/srv/lab/", "http://", "https://")


class LabDeployer:
    """A Kadeploy server for one site.

    ``clusters`` gives each cluster's nodes by their full names.  ``granted`` are the users that may deploy on all of
    them from the start, ``vlans`` the names a deployment may ask for.  A node that the server lost track of while it
    worked on it counts as busy for ``purge_s``.  Workflows live in memory only: ``dump`` does not keep them.
    """

    def __init__(
        self,
        site: str,
        clusters: Mapping[str, Sequence[str]],
        environments: Iterable[KadeployEnvironment],
        *,
        seed: int = 0,
        pace: float = 1.0,
        clock: Clock | None = None,
        granted: Collection[str] = (ADMINISTRATOR,),
        vlans: Collection[str] = (),
        automata: Mapping[str, tuple[Macro, ...]] = MappingProxyType({}),
        purge_s: float = 3.0,
    ) -> None:
        self.site = site
        self.clock: Clock = clock or WallClock()
        self.nodes = Nodes(clusters)
        self.registry = Registry(environments)
        self.rights = Rights()
        for user in sorted(granted):
            self.rights.grant(user, self.nodes.records)
        self.vlans = frozenset((*vlans, "DEFAULT"))
        self.events = Events()
        self.faults = Faults()
        self.counters = DeployerCounters()
        self.stats: list[StatLine] = []
        self.purge_s = purge_s
        self._automata = automata
        self._chance = random.Random(f"{seed}/{site}")  # noqa: S311 - repeatable, not a secret
        self._runner = Runner(self.nodes, self.events, self.clock, Tempo(self._chance, pace), self.faults)
        self._workflows: dict[str, Workflow] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def automaton(self, cluster: str) -> tuple[Macro, ...]:
        return self._automata.get(cluster, DEPLOY)

    def workflows(self, letter: str) -> list[Workflow]:
        """Deployments (``D``), reboots (``R``) or power changes (``P``), oldest first."""
        return [workflow for wid, workflow in self._workflows.items() if wid.startswith(letter)]

    def has_file(self, path: str) -> bool:
        """Whether the server can read an image of that path."""
        return path.startswith(FILE_FOLDERS)

    def deploy(self, user: str, request: OperationRequest) -> Workflow:
        """Accept a deployment.  That is all it is: what becomes of the nodes shows later."""
        self._require_rights(user, request.nodes)
        environment = self._environment(user, request.environment or {})
        operation = Operation("Deploy", "deployment", "deploying", "deployed", "deploy_failed", self.automaton)
        workflow = self._open("D", user, request, environment)
        for node in workflow.nodes:
            self.nodes.set(node, operation.busy, user, environment, self.clock.now())
        return self._start(workflow, operation)

    def reboot(self, user: str, request: OperationRequest) -> Workflow:
        self._require_rights(user, request.nodes)
        if request.check_destructive and any(self._is_destructive(node) for node in request.nodes):
            raise destructive()
        steps = REBOOT[request.kind]
        workflow = self._open("R", user, request, None)
        operation = Operation(
            "Reboot", "reboot", "rebooting", REBOOTED[request.kind], "reboot_failed", lambda cluster: steps
        )
        return self._begin(workflow, operation)

    def power(self, user: str, request: OperationRequest) -> Workflow:
        self._require_rights(user, request.nodes)
        steps = POWER[request.kind]
        workflow = self._open("P", user, request, None)
        return self._begin(
            workflow,
            Operation("Power", "power operation", "powering", "powered", "power_failed", lambda cluster: steps),
        )

    def find(self, letter: str, wid: str, asker: str | None = None) -> Workflow:
        """A workflow; with ``asker``, only one of theirs.

        Raises:
            KadeployError: code 1 when it is not there (any more), 403 when it is somebody else's.
        """
        workflow = self._workflows.get(wid)
        if workflow is None or not wid.startswith(letter):
            raise invalid_wid()
        if asker is not None and asker not in (workflow.user, ADMINISTRATOR):
            raise forbidden()
        return workflow

    def remove(self, workflow: Workflow) -> None:
        """Forget it; one that still runs is killed, and its nodes are left as they are: aborted."""
        del self._workflows[workflow.wid]
        task = self._tasks.pop(workflow.wid, None)
        if workflow.done:
            return
        if task is not None:
            task.cancel()
        for node in workflow.nodes:
            self.nodes.set(node, "aborted", workflow.user, None, self.clock.now())
        workflow.ended_at = self.clock.now()
        self._note_stats(workflow)

    def revoke(self, user: str, nodes: Sequence[str]) -> tuple[str, ...]:
        """Take rights away, and kill what the user runs on those nodes: so a job ends."""
        gone = self.rights.revoke(user, nodes)
        for workflow in list(self._workflows.values()):
            if workflow.user == user and not set(gone).isdisjoint(workflow.nodes):
                self.remove(workflow)
        return gone

    def register(self, user: str, description: object) -> KadeployEnvironment:
        environment = parse_environment(description, user, self.has_file)
        self.registry.add(environment)
        return environment

    def break_(
        self, kind: str, node: str = "", step: str = "wait_reboot", *, count: int | None = None, delay_s: float = 0.0
    ) -> None:
        """Misbehave from now on (as often as ``count`` says), or do once what the kind says.

        ``fail-node`` takes a node and the micro-step (or ``macro-micro``) it fails at.

        Raises:
            ValueError: no such kind or node; the message says which there are.
        """
        if kind == "fail-node":
            full = (
                node
                if node in self.nodes.records
                else next((n for n in self.nodes.records if n.split(".")[0] == node), "")
            )
            if not full:
                raise ValueError(f"no node {node!r} at {self.site}; there are {', '.join(sorted(self.nodes.records))}")
            self.faults.set(kind, full, step, count=count, delay_s=delay_s)
        elif kind in LASTING:
            self.faults.set(kind, count=count, delay_s=delay_s or 1.0)
        elif kind == "forget-workflows":
            self.forget()
        else:
            raise ValueError(f"cannot {kind!r}; a deployer knows {', '.join(sorted(LASTING | AT_ONCE))}")

    def mend(self) -> None:
        self.faults.clear()

    def forget(self) -> None:
        """What a restart of the server does: nothing goes on, and nobody says so."""
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()
        self._workflows.clear()

    def count(self, verb: str, path: str, *, accepted: bool) -> None:
        self.counters = self.counters.with_request(verb, path, accepted=accepted)

    def _require_rights(self, user: str, nodes: Iterable[str]) -> None:
        if not self.rights.allows(user, nodes):
            raise no_rights()

    def _environment(self, user: str, data: Mapping[str, Any]) -> KadeployEnvironment:
        if data.get("kind", "anonymous") != "database":
            return parse_environment(dict(data), user, self.has_file)
        return self.registry.find(user, str(data.get("user", user)), str(data.get("name")), data.get("version"))

    def _is_destructive(self, node: str) -> bool:
        record = self.nodes.records[node]
        if record is None:
            return False
        name, version, owner = record.environment
        return any((e.name, e.version, e.user) == (name, version, owner) and e.destructive for e in self.registry)

    def _open(
        self, letter: str, user: str, request: OperationRequest, environment: KadeployEnvironment | None
    ) -> Workflow:
        """Leave out the nodes that are busy, or with ``force`` take them over."""
        busy = [node for node in request.nodes if self._is_busy(node)]
        if request.force:
            for workflow in list(self._workflows.values()):
                if not workflow.done and not set(busy).isdisjoint(workflow.nodes):
                    self.remove(workflow)
            busy = []
        wid = f"{letter}-{uuid.UUID(int=self._chance.getrandbits(128), version=4)}"
        nodes = tuple(node for node in request.nodes if node not in busy)
        workflow = Workflow(wid, user, nodes or request.nodes, self.clock.now(), environment, request.vlan)
        workflow.discarded = tuple(busy)
        self._workflows[wid] = workflow
        if not nodes:
            workflow.error = nothing_modified("All the nodes have been discarded ...")
            workflow.ended_at = self.clock.now()
        return workflow

    def _is_busy(self, node: str) -> bool:
        if any(not workflow.done and node in workflow.nodes for workflow in self._workflows.values()):
            return True
        record = self.nodes.records[node]
        return record is not None and record.state in BUSY and self.clock.now() - record.since < self.purge_s

    def _begin(self, workflow: Workflow, operation: Operation) -> Workflow:
        if workflow.error is None:
            for node in workflow.nodes:
                self.nodes.set_state(node, operation.busy, workflow.user, self.clock.now())
        return self._start(workflow, operation)

    def _start(self, workflow: Workflow, operation: Operation) -> Workflow:
        if workflow.error is None:
            task = asyncio.get_running_loop().create_task(self._run(workflow, operation))
            self._tasks[workflow.wid] = task
        return workflow

    async def _run(self, workflow: Workflow, operation: Operation) -> None:
        await self._runner.run(workflow, operation)
        self._tasks.pop(workflow.wid, None)
        self._note_stats(workflow)

    def _note_stats(self, workflow: Workflow) -> None:
        self.stats += stat_lines(workflow, self.nodes, self.automaton)
        del self.stats[:-10_000]

    def dump(self) -> str:
        """As JSON text, without the workflows: the server keeps those in memory."""
        return json.dumps(
            {
                "nodes": {name: record and asdict(record) for name, record in self.nodes.records.items()},
                "rights": self.rights.dump(),
                "environments": [asdict(environment) for environment in self.registry],
                "counters": asdict(replace(self.counters, requests=dict(self.counters.requests))),
            }
        )

    def load(self, text: str) -> None:
        """Become what ``dump`` wrote, as after a restart of the server."""
        data = json.loads(text)
        self.forget()
        for record in filter(None, data["nodes"].values()):
            record["environment"] = tuple(record["environment"])
        self.nodes.load({name: record and NodeRecord(**record) for name, record in data["nodes"].items()})
        self.rights.load(data["rights"])
        self.registry = Registry(map(_load_environment, data["environments"]))
        counted = data["counters"]
        self.counters = DeployerCounters(**(counted | {"requests": MappingProxyType(counted["requests"])}))


def _load_environment(data: dict[str, Any]) -> KadeployEnvironment:
    boot = tuple((name, value) for name, value in data["boot"])
    return KadeployEnvironment(**(data | {"image": Image(**data["image"]), "boot": boot}))
