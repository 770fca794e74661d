"""A batch scheduler: it grants nodes late, a part at first, or others than it promised; and what must hold of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.model.plan import Plan
from reconciler.resources.allocations import DATABASE, Grant
from reconciler.spec.counts import wanted_count
from reconciler.spec.experiment import NodeGroup
from tests.simulation.checkers import Violation
from tests.simulation.documents import Goal, with_experiment

if TYPE_CHECKING:
    from tests.simulation.world import World

LOOK_S = 15.0
Grants = Mapping[Address, Grant | Pending]


@dataclass(frozen=True, slots=True)
class Granting:
    """How nodes are granted in one history.

    A job's nodes are promised after ``promise_s`` and granted after ``start_s``, but for ``withheld`` of them, which
    come ``rest_s`` later.  ``otherwise``: others than were promised.  ``revokes``: the first promise is taken back.
    From ``silent_at_s`` on it does not say for ``silent_for_s`` what it granted; ``partly``: only to every other job.
    """

    promise_s: float = 5.0
    start_s: float = 60.0
    withheld: int = 0
    rest_s: float = 60.0
    otherwise: bool = False
    revokes: bool = False
    silent_at_s: float = 0.0
    silent_for_s: float = 0.0
    partly: bool = False


@dataclass(slots=True)
class Job:
    """What one node group has: ``nodes`` are its own, of which ``shown`` were granted; ``promised`` binds nobody."""

    number: int
    asked: int = 0
    nodes: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    promised: tuple[str, ...] = ()
    revoked: bool = False
    starting: bool = False


class Batch:
    """Nodes are given to one job at a time, all that it asks for at once; it has them till it is done with them."""

    def __init__(self, world: World, granting: Granting) -> None:
        self._world, self._granting = world, granting
        self.jobs: dict[Address, Job] = {}

    # -- what a reconciler is told ---------------------------------------------------------------------

    def grants(self, experiment: str, goal: Goal | None) -> Grants:
        """What is known of the jobs of an experiment at this moment; what is asked for the first time is submitted."""
        groups = {} if goal is None else self._groups(experiment, goal)
        for part, job in self.jobs.items():
            if part.experiment == experiment and part.name not in groups:
                job.asked = 0
        found: dict[Address, Grant | Pending] = {}
        for group in groups.values():
            part = Address("reservation", experiment, group.name)
            job = self.jobs.setdefault(part, Job(len(self.jobs) + 1))
            job.asked = wanted_count(group) + group.spares
            self._submit(group.site, job)
            found[part] = self._answer(job)
        return found

    def _groups(self, experiment: str, goal: Goal) -> dict[str, NodeGroup]:
        wanted = with_experiment(self._world.history.ground, experiment, goal).experiments[experiment]
        return {group.name: group for group in wanted.spec.nodes}

    def _answer(self, job: Job) -> Grant | Pending:
        since_s = self._world.scheduler.now_s - self._granting.silent_at_s
        if 0.0 <= since_s < self._granting.silent_for_s and (job.number % 2 or not self._granting.partly):
            return Pending("known to the scheduler", "it answers", LOOK_S)
        likely = f" (likely {', '.join(job.promised)})" if job.promised else ""
        pending = Pending(f"chosen by the scheduler{likely}", f"job {job.number} starts", LOOK_S)
        if not job.shown:
            return pending
        rest = None if len(job.shown) >= job.asked else pending
        return Grant(tuple(sorted(job.shown)), rest=rest)

    # -- what it does ----------------------------------------------------------------------------------

    def _submit(self, site: str, job: Job) -> None:
        if not job.starting and len(job.shown) < job.asked:
            job.starting = True
            self._world.later(self._granting.promise_s, lambda: self._promise(site, job))

    def _promise(self, site: str, job: Job) -> None:
        job.promised = tuple(self._free(site)[: job.asked])
        if self._granting.revokes and not job.revoked:
            job.revoked = True
            self._world.later(self._granting.start_s / 2, lambda: self._take_back(site, job))
        else:
            self._world.later(self._granting.start_s, lambda: self._start(site, job))

    def _take_back(self, site: str, job: Job) -> None:
        job.promised = ()
        self._world.later(self._granting.promise_s, lambda: self._promise(site, job))

    def _start(self, site: str, job: Job) -> None:
        """All that is asked for or nothing: two jobs with a part each would wait for each other."""
        missing, free = job.asked - len(job.nodes), self._free(site)
        if len(free) < missing:
            self._world.later(LOOK_S, lambda: self._start(site, job))
            return
        if self._granting.otherwise:
            free.reverse()
        job.nodes += free[: max(missing, 0)]
        job.promised = ()
        self._world.trace.note("granted", str(job.number), *job.nodes)
        job.shown |= set(job.nodes[: max(len(job.nodes) - self._granting.withheld, 0)])
        self._world.later(self._granting.rest_s, lambda: self._show_all(job))

    def _show_all(self, job: Job) -> None:
        job.shown |= set(job.nodes)
        job.starting = False

    def _free(self, site: str) -> list[str]:
        given = {node for job in self.jobs.values() for node in job.nodes}
        return sorted(host for host in self._world.hosts if host.endswith(f".{site}") and host not in given)

    def ended(self, experiment: str, *, done: bool) -> None:
        """A process of the experiment is over; ``done``: it says that all is as wanted."""
        if done:
            self._all_is_granted(experiment)
        self._tidy(experiment)

    def _tidy(self, experiment: str) -> None:
        """Take back what a job does not ask for any more, once nobody may use it: no process, no call, no holder."""
        mine = [process for process in self._world.processes if process.experiment == experiment]
        if any(p.end is None or any(task.alive for _, task in p.calls) for p in mine):
            if all(p.end is not None for p in mine):  # else it is called when the last of them ends
                self._world.later(LOOK_S, lambda: self._tidy(experiment))
            return
        self._world.read_truth()
        for part, job in self.jobs.items():
            if part.experiment == experiment and not job.starting:
                idle = [node for node in job.nodes if self._world.truth.nodes.get(node) != experiment]
                for node in idle[: max(len(job.nodes) - job.asked, 0)]:
                    job.nodes.remove(node)
                    job.shown.discard(node)

    # -- what must hold --------------------------------------------------------------------------------

    def may_use(self, node: str, experiment: str, what: str) -> None:
        """Raises Violation: the node was not granted to the experiment."""
        granted = (node in job.shown for part, job in self.jobs.items() if part.experiment == experiment)
        if experiment and not any(granted):
            raise Violation("G1", f"{experiment} {what} {node}, which was not granted to it")

    def books_changed(self) -> None:
        for node, experiment in self._world.truth.nodes.items():
            self.may_use(node, experiment, "holds")

    def judge_plan(self, experiment: str, plan: Plan, told: Grants) -> None:
        """What a plan was made from as pending has to be in it as pending, and nothing on nodes that are not there."""
        for part, answer in told.items():
            missing = answer.rest if isinstance(answer, Grant) else answer
            if missing is not None and (plan.pending.get(part) != missing or plan.converged):
                raise Violation("G2", f"{part} is pending, and the plan does not say so")
        mine = {part for part, job in self.jobs.items() if part.experiment == experiment and job.nodes}
        if mine and mine <= {part for part, answer in told.items() if isinstance(answer, Pending)}:
            for address, step in plan.steps.items():
                if step.change.resource.endpoint != DATABASE:
                    raise Violation("G3", f"{step.change.action} {address}, and of no node it is known whose it is")

    def judge_end(self, experiment: str, reasons: tuple[str, ...]) -> bool:
        """Whether an experiment that did not get there has a job for which others have the nodes."""
        return any(job for part, job in self._short(experiment)) and any("scheduler" in reason for reason in reasons)

    def _short(self, experiment: str) -> Iterator[tuple[Address, Job]]:
        for part, job in self.jobs.items():
            free = self._free(part.name.rpartition("-")[2])
            if part.experiment == experiment and len(job.nodes) < job.asked and len(free) < job.asked - len(job.nodes):
                yield part, job

    def _all_is_granted(self, experiment: str) -> None:
        """Raises Violation: nobody is done before what was asked for was granted."""
        for part, job in self.jobs.items():
            if part.experiment == experiment and len(job.shown) < job.asked:
                raise Violation("G2", f"{experiment} says that all is as wanted, and {part} was not granted")
