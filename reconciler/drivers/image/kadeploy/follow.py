"""One deployment under way: looked at again and again until every node of it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.drivers.image.kadeploy import records
from reconciler.drivers.image.kadeploy.commands import Deploy
from reconciler.drivers.image.kadeploy.deployer import DeployerSession
from reconciler.drivers.image.kadeploy.rest import DISCARDED, UNKNOWN_WORKFLOW, Image, KadeployError, Node, Workflow
from reconciler.model.errors import Faulty, ReconcilerError, Rejected, Unreachable
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Step
from reconciler.model.resource import Present

LOST_GRACE_S = 20.0
"""How long a deployment whose workflow we lost may take to show on its nodes."""
_LOST = "the deployer has forgotten the deployment (a restart?), and its nodes do not show it"


@dataclass(slots=True)
class WorkflowRun:
    """``pending`` shrinks as nodes settle.

    Without a ``wid`` (the answer was lost, or the server has forgotten) it is looked for among the deployments under
    way; else only the nodes' records tell.
    """

    image: Image
    pending: dict[str, Step[Deploy]]
    before: Mapping[str, Node]
    wid: str = ""
    lost: ReconcilerError = field(default_factory=lambda: Unreachable(_LOST))
    seen: set[str] = field(default_factory=set)
    lost_at: float | None = None

    def look(self, session: DeployerSession, now: float) -> Iterator[Outcome]:
        """Ask the server once, and yield an outcome for each node that has settled.

        Raises:
            ReconcilerError: the server did not answer, or nonsense; look again later.
        """
        workflow = self._fetch_workflow(session)
        if workflow is None and self.lost_at is None:
            self.lost_at = now
        nodes = session.fetch_nodes()  # after the workflow: a node it calls ok is recorded as deployed by then
        self.seen |= {name for name in self.pending if nodes.get(name, Node()).state == "deploying"}
        settled = self._judge_by_records(nodes, now) if workflow is None else self._judge(session, workflow, nodes)
        for name, outcome in settled:
            del self.pending[name]
            yield outcome

    def abandon(self, error: ReconcilerError) -> Iterator[Outcome]:
        """The server is gone for good: nothing is known of what is left."""
        return (Failed(step.change.address, error, True, self.wid) for step in self.pending.values())

    def postpone(self) -> Iterator[Outcome]:
        reason = f"deploying {self.image}"
        return (Waiting(step.change.address, reason, records.BUSY_RETRY_S, self.wid) for step in self.pending.values())

    def _fetch_workflow(self, session: DeployerSession) -> Workflow | None:
        if not self.wid:
            self.wid = self._find(session)
        if not self.wid:
            return None
        try:
            return session.fetch_workflow(self.wid)
        except KadeployError as error:
            if error.code != UNKNOWN_WORKFLOW:
                raise
            self.wid = ""
            return None

    def _find(self, session: DeployerSession) -> str:
        active = session.fetch_active()
        ours = (wid for wid, found in active.items() if found.image == self.image and found.nodes & self.pending.keys())
        return next(ours, "")

    def _judge(
        self, session: DeployerSession, workflow: Workflow, nodes: Mapping[str, Node]
    ) -> list[tuple[str, Outcome]]:
        places = session.fetch_places(self.wid) if workflow.ko & self.pending.keys() else {}
        ended = session.fetch_error(self.wid) if workflow.done and workflow.error else None
        settled: list[tuple[str, Outcome]] = []
        for name, step in self.pending.items():
            record = nodes.get(name, Node())
            address = step.change.address
            if name in workflow.ko:
                error = Faulty(f"{name}: {self.image} was not deployed: {places.get(name) or 'ko'}")
                settled.append((name, Failed(address, error)))
            elif records.is_deployed(record, self.image) and (name in workflow.ok or self._is_news(name, record)):
                settled.append((name, self._done(step)))
            elif ended is not None:
                settled.append((name, self._refused(step, record, ended)))
            elif workflow.done and name not in workflow.ok:
                settled.append((name, self._refused(step, record, Rejected("Kadeploy left it out of the deployment"))))
        return settled

    def _judge_by_records(self, nodes: Mapping[str, Node], now: float) -> list[tuple[str, Outcome]]:
        settled: list[tuple[str, Outcome]] = []
        overdue = self.lost_at is not None and now - self.lost_at > LOST_GRACE_S
        for name, step in self.pending.items():
            record = nodes.get(name, Node())
            if records.is_deployed(record, self.image) and self._is_news(name, record):
                settled.append((name, self._done(step)))
            elif records.has_failed(record) and self._is_news(name, record):
                settled.append((name, Failed(step.change.address, _why_failed(name, record))))
            elif overdue and record.state != "deploying":
                settled.append((name, Failed(step.change.address, self.lost, unsure=True)))
        return settled

    def _is_news(self, name: str, record: Node) -> bool:
        """Whether the record is of this deployment, and not what an earlier one of the same image left."""
        return name in self.seen or record != self.before.get(name)

    def _done(self, step: Step[Deploy]) -> Done:
        return Done(step.change.address, Present(step.change.after))

    def _refused(self, step: Step[Deploy], record: Node, error: ReconcilerError) -> Outcome:
        """The request was taken and this node dropped; if another deployment has it, that is a reason to wait."""
        discarded = not isinstance(error, KadeployError) or error.code == DISCARDED
        if discarded and record.state in records.BUSY:
            return Waiting(step.change.address, records.describe(record), records.BUSY_RETRY_S)
        return Failed(step.change.address, error)


def _why_failed(name: str, record: Node) -> ReconcilerError:
    """A deployment that was broken off says nothing against the node: its server restarted, say."""
    if record.state == "aborted":
        return Unreachable(f"{name}: the deployment was broken off, and why is lost with its workflow")
    return Faulty(f"{name}: the deployment ended as {record.state}; why is lost with its workflow")
