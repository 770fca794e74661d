"""A deployer: workflows that take minutes, nodes that fail, a server that forgets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from reconciler.drivers.image.kadeploy import records
from reconciler.drivers.image.kadeploy.commands import Deploy
from reconciler.drivers.image.kadeploy.deployer import Deployer as Server
from reconciler.drivers.image.kadeploy.deployer import DeployerSession
from reconciler.drivers.image.kadeploy.driver import _SILENCE_S as SILENCE_S
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.image.kadeploy.follow import WorkflowRun
from reconciler.drivers.image.kadeploy.rest import DISCARDED, Image, Node
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Outcome
from reconciler.model.resource import Observed
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import HttpReply
from tests.simulation.call import REPLY, Call, LinkLost, Moments
from tests.simulation.devices.requests import Script, ask, ok, refused, render_image, render_nodes, unknown

FOLLOW_S = (10.0, 30.0, 60.0, 120.0)
DEPLOY_S = 90.0
LATEST_S = 15.0
"""So late a request may still arrive: the driver waits longer before it believes that one is lost."""

Later = Callable[[float, Callable[[], None]], None]


@dataclass(slots=True)
class Workflow:
    """``pending`` nodes are being imaged; ``user`` is the experiment, as only the simulated world knows."""

    image: Image
    author: str
    pending: set[str]
    ok: set[str] = field(default_factory=set)
    ko: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        return not self.pending

    @property
    def empty(self) -> bool:
        """All its nodes were in use, and it ended before it began."""
        return not (self.pending or self.ok or self.ko)


class Deployer:
    """``boot`` is told when a node goes down for its image (None) and when it comes up with it."""

    client_driven = True
    heals = True

    def __init__(
        self,
        site: str,
        nodes: Mapping[str, Node],
        later: Later,
        boot: Callable[[str, Image | None, str], None],
        spoils: Callable[[str], bool],
        takes_s: Callable[[str], float],
    ) -> None:
        self.site, self.nodes = site, dict(nodes)
        self._later, self._boot, self._spoils, self._takes_s = later, boot, spoils, takes_s
        self.incarnation = 0
        self.workflows: dict[str, Workflow] = {}
        self.refuses_busy = True
        self._count = 0

    def restart(self) -> None:
        """It forgets its workflows; what it was imaging is broken off."""
        for workflow in self.workflows.values():
            for node in sorted(workflow.pending):
                self.nodes[node] = replace(self.nodes[node], state="aborted")
        self.workflows = {}

    def start(self, names: list[str], image: Image, author: str) -> str:
        """Take a request; nodes that are busy are left out of it."""
        free = {n for n in names if not (self.refuses_busy and self.nodes[n].state in records.BUSY)}
        self._count += 1
        wid = f"D-{self.site}-{self._count}"
        workflow = self.workflows[wid] = Workflow(image, author, set(free), ko=set())
        for node in sorted(free):
            self.nodes[node] = Node("deploying", author, image)
            self._boot(node, None, author)
            self._later(self._takes_s(node), lambda node=node: self._finish(wid, workflow, node))  # type: ignore[misc]  # bound early
        return wid

    def _finish(self, wid: str, workflow: Workflow, node: str) -> None:
        if self.workflows.get(wid) is not workflow or node not in workflow.pending:
            return
        workflow.pending.discard(node)
        if self._spoils(node):
            workflow.ko.add(node)
            self.nodes[node] = Node("deploy_failed", workflow.author, workflow.image)
        else:
            workflow.ok.add(node)
            self.nodes[node] = Node("deployed", workflow.author, workflow.image)
            self._boot(node, workflow.image, workflow.author)

    # -- calls -------------------------------------------------------------------------------------

    def serve(self, call: Call) -> Moments:
        return self._observe(call) if call.asks else self._apply(call)

    def _observe(self, call: Call) -> Moments:
        def look(http: Script) -> Mapping[Address, Observed[Any]]:
            return _driver(self.site, http).observe(call.endpoint, call.resources, call.fence)

        answer = yield from ask(look, self._serve, lambda body, late_s: None)
        try:
            yield REPLY
        except LinkLost:
            raise Interrupted(f"{self.site}: the answer did not come") from None
        return answer

    def _apply(self, call: Call) -> Moments:
        """The driver's own way: what is under way, what the nodes are, one request for each image, then following."""
        serve, arrive = partial(self._serve_for, call), partial(self._arrive_late, call)

        def begin(http: Script) -> tuple[list[Outcome], list[WorkflowRun]]:
            driver = _driver(self.site, http)
            return list(driver.apply(call.endpoint, call.steps, call.fence)), driver.runs

        if not any(isinstance(command, Deploy) for step in call.steps for command in step.commands):
            with suppress(LinkLost):  # nothing is sent that could be lost
                yield "deployer.release"
        outcomes, runs = yield from ask(begin, serve, arrive)
        for outcome in outcomes:
            call.settle(outcome)
        now_s = heard_s = 0.0
        for pause_s in FOLLOW_S:
            if not any(run.pending for run in runs):
                return
            yield pause_s
            now_s += pause_s
            for index, run in enumerate(runs):
                if run.pending:
                    outcomes, runs[index], error = yield from ask(partial(_look, run, now_s), serve, arrive)
                    heard_s = now_s if error is None else heard_s
                    if error is not None and now_s - heard_s > SILENCE_S:
                        outcomes = list(runs[index].abandon(error))
                    for outcome in outcomes:
                        call.settle(outcome)
        for run in runs:
            for outcome in run.postpone():
                call.settle(outcome)

    # -- what the server answers ---------------------------------------------------------------------

    def _serve_for(self, call: Call, method: str, path: str, body: str) -> HttpReply:
        if method == "GET":
            return self._serve(method, path, body)
        call.begun = True
        wid = self._take(body, call.experiment)
        return ok({"wid": self._take(body, call.experiment) if call.doubled else wid})

    def _take(self, body: str, author: str) -> str:
        wanted = json.loads(body)
        image = wanted["environment"]
        return self.start(wanted["nodes"], Image(image["name"], image["version"], image["user"]), author)

    def _arrive_late(self, call: Call, body: str, late_s: float) -> None:
        call.begun = True
        self._later(min(late_s, LATEST_S), lambda: self._give(body, call.experiment))

    def _give(self, body: str, author: str) -> None:
        self._take(body, author)

    def _serve(self, method: str, path: str, body: str) -> HttpReply:
        what, *rest = path.split("/")
        if what == "nodes":
            return render_nodes(self.nodes)
        if not rest:
            return ok([self._render(wid) for wid in self.workflows])
        workflow = self.workflows.get(rest[0])
        if workflow is None:
            return unknown(rest[0])
        match rest[1:]:
            case ["state"]:
                return ok({node: {"macro": "SetDeploymentEnv", "state": "ko"} for node in sorted(workflow.ko)})
            case ["error"]:
                return refused(DISCARDED, "all nodes are in use")
        return ok(self._render(rest[0]))

    def _render(self, wid: str) -> dict[str, Any]:
        """Of one that ended with an error the nodes are not said."""
        workflow = self.workflows[wid]
        image = render_image(workflow.image)
        summary = {"wid": wid, "done": workflow.done, "error": workflow.empty, "environment": image}
        if workflow.empty:
            return summary
        groups = {"ok": workflow.ok, "ko": workflow.ko, "processing": workflow.pending}
        return {**summary, "nodes": {name: sorted(nodes) for name, nodes in groups.items()}}


class _Beginning(KadeployDriver):
    """Starts deployments and does not follow them."""

    def _follow(self, session: DeployerSession, runs: list[WorkflowRun]) -> Iterator[Outcome]:
        self.runs.extend(runs)
        return iter(())


def _driver(site: str, http: Script) -> _Beginning:
    driver = _Beginning({site: Server(f"https://{site}")}, http)
    object.__setattr__(driver, "runs", [])
    return driver


def _look(run: WorkflowRun, now_s: float, http: Script) -> tuple[list[Outcome], WorkflowRun, ReconcilerError | None]:
    """What comes of one look, and the run after it."""
    after = replace(run, pending=dict(run.pending), seen=set(run.seen))
    try:
        return list(after.look(DeployerSession(http, Server("https://site")), now_s)), after, None
    except ReconcilerError as error:
        return [], after, error
