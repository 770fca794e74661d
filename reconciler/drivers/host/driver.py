"""Observe, plan and apply what is on a node: its image, bridges and virtual machines; one exec per call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.drivers.host import fence_file, outcomes, script
from reconciler.drivers.host.commands import Release
from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.host.hypervisor import Hypervisor
from reconciler.drivers.host.observation import ask, read
from reconciler.drivers.host.planning import plan_bridge, plan_domain, plan_host, turn
from reconciler.drivers.host.script import Output, Work
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Faulty, ReconcilerError, Refused, Unreachable, Unreadable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Command, Step
from reconciler.model.resource import Absent, Foreign, Observed, Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host
from reconciler.transport.errors import Interrupted
from reconciler.transport.ssh import Reply

OBSERVE_DEADLINE_S = script.LOCK_WAIT_S + 30
STEP_DEADLINE_S = 60
BATCH_DEADLINE_S = 3600


class Ssh(Protocol):
    def run(self, host: str, script: str, *, deadline_s: float) -> Reply: ...


@dataclass(frozen=True, slots=True)
class HostDriver:
    """Kinds ``host``, ``bridge`` and ``domain``; the endpoint's host is the node, ``hypervisor`` what runs it."""

    ssh: Ssh
    hypervisor: Hypervisor

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Any]], fence: Fence
    ) -> Mapping[Address, Observed[Any]]:
        """One exec.  Behind a barrier it also marks the host as ours, if it is not another's: nothing older lands then.

        A host that another state has marked is foreign, with all that is on it.
        """
        question = ask(wanted, self.hypervisor)
        if not wanted:
            return {}
        mark = _mark(endpoint, wanted, fence)
        text = script.render_barrier(mark, question) if fence.barrier else script.render_observation(question)
        reply = self.ssh.run(endpoint.host, text, deadline_s=OBSERVE_DEADLINE_S)
        if reply.status == script.LOCKED:
            raise Unreachable(f"{endpoint.host}: another run is changing this host; try again when it has ended")
        output = _parse(endpoint.host, reply, ["fence", *(name for name, _ in question.sections)])
        taken = mark.judge(_found(output))
        if taken:
            return {resource.address: Foreign(taken) for resource in wanted}
        if not output.complete:
            raise Unreadable(f"{endpoint.host}: the answer is incomplete{_said(reply)}")
        _require_known(endpoint.host, output)
        return read(question, output, wanted, self.hypervisor)

    def plan(self, change: Change[Any]) -> Step[Command]:
        """The exact commands of one change.

        Raises:
            Refused: an image cannot be changed from the node itself, a value may not be sent to a host, or no command
                would bring the change about.
        """
        step = self._plan(change)
        if not step.commands:
            raise Refused(_no_command(step, self.hypervisor))
        return step

    def _plan(self, change: Change[Any]) -> Step[Command]:
        match change.resource.spec:
            case Domain():
                return plan_domain(change, self.hypervisor)
            case Bridge():
                return plan_bridge(change)
            case Host():
                return plan_host(change)
        raise Refused(f"{change.address}: this driver knows hosts, bridges and domains")

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Command]], fence: Fence) -> Iterator[Outcome]:
        """Everything in one exec: bridges, then what ends, changes and begins, then bridges that go; then a look."""
        sent: list[Step[Command]] = []
        for step in steps:
            if not step.commands:
                yield Failed(step.change.address, Refused(_no_command(step, self.hypervisor)))
            elif all(isinstance(command, Release) for command in step.commands):
                yield Done(step.change.address, Absent())
            else:
                sent.append(step)
        if sent:
            yield from self._send(endpoint, sorted(sent, key=turn), fence)

    def _send(self, endpoint: Endpoint, steps: Sequence[Step[Command]], fence: Fence) -> Iterator[Outcome]:
        resources = [step.change.resource for step in steps]
        question, mark = ask(resources, self.hypervisor), _mark(endpoint, resources, fence)
        works = [Work(self._text(step, fence), vital=turn(step) == 0) for step in steps]
        deadline_s = min(OBSERVE_DEADLINE_S + STEP_DEADLINE_S * len(works), BATCH_DEADLINE_S)
        try:
            reply = self.ssh.run(endpoint.host, script.render_batch(mark, works, question), deadline_s=deadline_s)
            steps_of = [f"step {index}" for index in range(len(works))]
            output = _parse(endpoint.host, reply, ["fence", *steps_of, *(name for name, _ in question.sections)])
            _require_gate(mark, reply, output)
        except ReconcilerError as error:
            unsure = isinstance(error, (Interrupted, Unreadable))
            yield from (Failed(step.change.address, error, unsure) for step in steps)
            return
        if not output.complete:
            yield from _stopped(endpoint.host, steps, reply, output)
            return
        states = read(question, output, resources, self.hypervisor)
        for index, step in enumerate(steps):
            said = outcomes.without_noise(output.sections[f"step {index}"].text, self.hypervisor.noise)
            yield outcomes.judge(endpoint.host, step, states[step.change.address], said)

    def _text(self, step: Step[Command], fence: Fence) -> str:
        return "\n".join(str(self.hypervisor.with_epoch(command, fence.epoch)) for command in step.commands)


def _no_command(step: Step[Command], hypervisor: Hypervisor) -> str:
    names = ", ".join(change.field for change in step.change.fields)
    return f"{step.change.address}: {hypervisor.name} has no command for this change ({names}); nothing was sent"


def _mark(endpoint: Endpoint, resources: Collection[Resource[Any]], fence: Fence) -> HostMark:
    """One call is one experiment's."""
    experiment = next(iter(resources)).address.experiment
    return HostMark(endpoint.host.rpartition(".")[2], experiment, endpoint.host, fence)


def _found(output: Output) -> str:
    """The mark that the script met; that of a script which was cut before is not known, and not judged."""
    section = output.sections.get("fence")
    return section.text if section is not None and section.status == 0 else ""


def _require_known(host: str, output: Output) -> None:
    if output.sections["fence"].status != 0:
        raise Unreadable(f"{host}: the mark there cannot be read: {outcomes.excerpt(output.sections['fence'].text)}")


def _require_gate(mark: HostMark, reply: Reply, output: Output) -> None:
    """A script that its gate did not let through has changed nothing.

    Raises:
        Fenced, Refused, Rejected: why.
    """
    if reply.status in (fence_file.OVERTAKEN, fence_file.TAKEN):
        raise Refused(f"{mark.judge(_found(output)) or f'{mark.host} is marked by another'}; nothing was changed")
    if reply.status == fence_file.UNMARKED:
        said = outcomes.excerpt(reply.stderr or reply.stdout)
        raise Faulty(f"{mark.host}: our mark could not be written ({said}); nothing was changed")


def _parse(host: str, reply: Reply, names: Sequence[str]) -> Output:
    try:
        return script.parse_output(reply.stdout, names)
    except ValueError as error:
        raise Unreadable(f"{host}: the answer is not that of our script: {error}") from error


def _said(reply: Reply) -> str:
    said = outcomes.excerpt(reply.stderr or reply.stdout)
    return f": {said}" if said else ""


def _stopped(host: str, steps: Sequence[Step[Command]], reply: Reply, output: Output) -> Iterator[Outcome]:
    """The script gave up, by itself when its status is one of ours: then what it did not begin was not done."""
    by_itself = reply.status in (script.LOCKED, script.NO_BRIDGE, script.APPEARED)
    begun = [name for name in output.sections if name.startswith("step ")]
    reason = _reason(host, reply, output.sections[begun[-1]].text if begun else "")
    for index, step in enumerate(steps):
        unsure = not by_itself or f"step {index}" in begun
        yield Failed(step.change.address, Unreadable(reason), unsure)


def _reason(host: str, reply: Reply, said: str) -> str:
    match reply.status:
        case script.LOCKED:
            return f"{host}: another run is changing this host; nothing was done"
        case script.NO_BRIDGE:
            return f"{host}: a bridge could not be made ({outcomes.excerpt(said)}); what needs it was not begun"
        case script.APPEARED:
            return f"{host}: a domain has appeared that was not there when we looked; the rest was not begun"
    return f"{host}: the script ended early with status {reply.status}{_said(reply)}"
