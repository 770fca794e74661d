"""A deployer: workflows that take minutes, nodes that fail, a server that forgets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.drivers.kadeploy import records
from reconciler.drivers.kadeploy.commands import Deploy
from reconciler.drivers.kadeploy.follow import _why_failed  # the driver's own words
from reconciler.drivers.kadeploy.rest import Image, Node
from reconciler.model.address import Address
from reconciler.model.errors import Faulty, Rejected, Unreachable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Step
from reconciler.model.resource import Observed, Present, Unknown
from tests.simulation.call import REPLY, Call, LinkLost, Moments

FOLLOW_S = (10.0, 30.0, 60.0, 120.0)
DEPLOY_S = 90.0

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
        try:
            yield "deployer.nodes"
            running = {n for t in call.fence.tickets if t in self.workflows for n in self.workflows[t].pending}
            answer = {r.address: self._state(r, running) for r in call.resources}
            yield REPLY
        except LinkLost:
            raise Unreachable(f"{self.site}: the deployer did not answer") from None
        return answer

    def _state(self, resource: Any, running: set[str]) -> Observed[Any]:
        if resource.spec.node in running:
            return Unknown(f"{resource.spec.node}: a deployment of ours has not ended", records.BUSY_RETRY_S)
        return records.find(self.nodes, resource.spec)

    def _apply(self, call: Call) -> Moments:
        deploys: dict[str, Step[Any]] = {}
        for step in call.steps:
            if isinstance(step.commands[0], Deploy):
                deploys[step.commands[0].node] = step
            else:
                call.settle(Done(step.change.address))
        try:
            yield "deployer.nodes"
            before = dict(self.nodes)
        except LinkLost:
            lost = Unreachable(f"{self.site}: the deployer did not answer")
            for step in deploys.values():
                call.settle(Failed(step.change.address, lost))
            return
        by_image: dict[Image, list[str]] = {}
        for name, step in sorted(deploys.items()):
            if before[name].state in records.BUSY:
                waits = Waiting(step.change.address, records.describe(before[name]), records.BUSY_RETRY_S)
                call.settle(waits)
            else:
                by_image.setdefault(step.commands[0].image, []).append(name)
        for image, names in by_image.items():
            yield from self._deploy(call, names, image, {name: deploys[name] for name in names})

    def _deploy(self, call: Call, names: list[str], image: Image, steps: dict[str, Step[Any]]) -> Moments:
        wid = yield from self._post(call, names, image)
        for pause_s in FOLLOW_S:
            yield pause_s
            yield from self._poll(call, wid, image, steps)
            if not steps:
                return
        if wid:
            for step in steps.values():
                call.settle(Waiting(step.change.address, f"deploying {image}", records.BUSY_RETRY_S, wid))
        else:
            for step in steps.values():
                busy = self.nodes[step.commands[0].node].state in records.BUSY
                lost = Unreachable("the deployer's answer was lost, and its nodes do not show the deployment")
                settled = (
                    Waiting(step.change.address, "deploying", records.BUSY_RETRY_S)
                    if busy
                    else Failed(step.change.address, lost, unsure=True)
                )
                call.settle(settled)

    def _post(self, call: Call, names: list[str], image: Image) -> Generator[str | float, None, str]:
        wid = ""
        call.begun = True
        try:
            yield "deployer.post"
            wid = self.start(names, image, call.experiment)
            if call.doubled:
                wid = self.start(names, image, call.experiment)
            yield "deployer.posted"
        except LinkLost as lost:
            if lost.late_s is not None and not wid:
                self._later(min(lost.late_s, 15.0), lambda: self._arrive_late(names, image, call.experiment))
            wid = ""
        return wid

    def _arrive_late(self, names: list[str], image: Image, author: str) -> None:
        self.start(names, image, author)

    def _poll(self, call: Call, wid: str, image: Image, steps: dict[str, Step[Any]]) -> Moments:
        try:
            yield "deployer.poll"
        except LinkLost:
            return
        workflow = self.workflows.get(wid)
        for name, step in sorted(steps.items()):
            address = step.change.address
            record = self.nodes[name]
            if workflow is not None and name in workflow.ko:
                call.settle(Failed(address, Faulty(f"{name}: {image} was not deployed")))
            elif record.state == "deployed" and record.image == image:
                call.settle(Done(address, Present(step.change.after)))
            elif workflow is not None and name not in workflow.pending:
                call.settle(self._dropped(address, record))
            elif workflow is None and records.has_failed(record):
                call.settle(Failed(address, _why_failed(name, record)))
            else:
                continue
            del steps[name]

    def _dropped(self, address: Address, record: Node) -> Waiting | Failed:
        if record.state in records.BUSY:
            return Waiting(address, records.describe(record), records.BUSY_RETRY_S)
        return Failed(address, Rejected("the deployer left it out of the deployment"))
