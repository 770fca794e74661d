"""Observe, plan and apply images on nodes through a site's Kadeploy server."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.drivers.image.kadeploy import records
from reconciler.drivers.image.kadeploy.commands import Command, Deploy, Release
from reconciler.drivers.image.kadeploy.deployer import Deployer, DeployerSession
from reconciler.drivers.image.kadeploy.follow import WorkflowRun
from reconciler.drivers.image.kadeploy.rest import Image, Node, Workflow
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError, Refused, Unreadable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Impact, Step
from reconciler.model.resource import Observed, Resource, Unknown
from reconciler.resources.deployment import Deployment
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import Http, HttpClient
from reconciler.transport.retry import polling

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0
_SILENCE_S = 60.0
"""A server that does not answer for so long is given up for this pass."""


@dataclass(frozen=True, slots=True)
class KadeployDriver:
    """Kind ``deployment``; the endpoint's host is the site.  ``patience_s`` bounds how long one apply follows nodes."""

    deployers: Mapping[str, Deployer]
    http: Http = field(default_factory=HttpClient)
    patience_s: float = 900.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Deployment]], fence: Fence
    ) -> Mapping[Address, Observed[Deployment]]:
        """What the server's records say.  Behind a barrier a node that is in a deployment under way is unknown."""
        session = self._session(endpoint)
        active = session.fetch_active(fence.tickets) if fence.barrier else {}
        nodes = session.fetch_nodes()  # after the deployments: what has ended is recorded by then
        return {each.address: _under_way(active, each.spec) or records.find(nodes, each.spec) for each in wanted}

    def plan(self, change: Change[Deployment]) -> Step[Command]:
        after = change.after
        if after is None:
            return Step(change, (Release(change.resource.spec.node),))
        command = Deploy(after.node, Image(after.environment, after.version, after.owner))
        return Step(change, (command,), Impact.LIVE if change.before is None else Impact.REPLACE)

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Command]], fence: Fence) -> Iterator[Outcome]:
        """One request per image with all its nodes; outcomes as nodes settle, Waiting for those that take longer."""
        deploys: dict[str, Step[Deploy]] = {}
        for step in steps:
            for command in step.commands:
                match command:
                    case Release():
                        yield Done(step.change.address)
                    case Deploy(node):
                        deploys[node] = Step(step.change, (command,), step.impact)
        if deploys:
            yield from self._deploy(self._session(endpoint), deploys)

    def _session(self, endpoint: Endpoint) -> DeployerSession:
        deployer = self.deployers.get(endpoint.host)
        if deployer is None:
            raise Refused(f"{endpoint.host}: no Kadeploy server is known; set deployer.url in the Site document")
        return DeployerSession(self.http, deployer)

    def _deploy(self, session: DeployerSession, deploys: Mapping[str, Step[Deploy]]) -> Iterator[Outcome]:
        try:
            active, before = session.fetch_active(), session.fetch_nodes()
        except ReconcilerError as error:
            yield from (Failed(step.change.address, error) for step in deploys.values())
            return
        runs: list[WorkflowRun] = []
        for image, group in _group(deploys).items():
            free: dict[str, Step[Deploy]] = {}
            for name, step in group.items():
                record, wid = before.get(name, Node()), records.find_in(active, name)
                if wid or record.state in records.BUSY:  # the server would take the request, and leave the node out
                    reason = records.describe(record) if record.state in records.BUSY else f"in the deployment {wid}"
                    yield Waiting(step.change.address, reason, records.BUSY_RETRY_S, wid)
                else:
                    free[name] = step
            if free:
                yield from self._start(session, WorkflowRun(image, free, before), runs)
        yield from self._follow(session, runs)

    def _start(self, session: DeployerSession, run: WorkflowRun, runs: list[WorkflowRun]) -> Iterator[Outcome]:
        """Send the request, once.  When its answer is lost the nodes' records will tell; it is never sent again."""
        try:
            run.wid = session.start(list(run.pending), run.image)
        except (Interrupted, Unreadable) as error:
            run.lost = error
        except ReconcilerError as error:
            yield from (Failed(step.change.address, error) for step in run.pending.values())
            return
        runs.append(run)

    def _follow(self, session: DeployerSession, runs: list[WorkflowRun]) -> Iterator[Outcome]:
        heard = self.clock()
        looks = polling(
            lambda: [run for run in runs if run.pending],
            deadline=heard + self.patience_s,
            first_s=_FIRST_PAUSE_S,
            longest_s=_LONGEST_PAUSE_S,
            clock=self.clock,
            pause=self.sleep,
        )
        for waiting in looks:
            try:
                for run in waiting:
                    yield from run.look(session, self.clock())
                heard = self.clock()
            except ReconcilerError as error:
                if self.clock() - heard > _SILENCE_S:
                    for run in waiting:
                        yield from run.abandon(error)
                    return
        for run in runs:
            yield from run.postpone()


def _under_way(active: Mapping[str, Workflow], wanted: Deployment) -> Unknown | None:
    wid = records.find_in(active, wanted.node)
    reason = f"{wanted.node} is in the deployment {wid}, which has not ended"
    return Unknown(reason, records.BUSY_RETRY_S) if wid else None


def _group(deploys: Mapping[str, Step[Deploy]]) -> dict[Image, dict[str, Step[Deploy]]]:
    groups: dict[Image, dict[str, Step[Deploy]]] = {}
    for name in sorted(deploys):
        groups.setdefault(deploys[name].commands[0].image, {})[name] = deploys[name]
    return groups
