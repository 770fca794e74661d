"""A switch: ports with the vendors' defaults, a candidate, locks, commits on trial, a configuration for starting up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from reconciler.drivers.netconf.openconfig import Port
from reconciler.drivers.netconf.ownership import (
    Owner,
    mark_of,
    older_marks,
    owner_at,
    refuse_if_overtaken,
    render_mark,
)
from reconciler.drivers.netconf.projection import project
from reconciler.drivers.netconf.verify import differences, slices
from reconciler.model.change import Change
from reconciler.model.errors import Outdated, ReconcilerError, Refused, Rejected
from reconciler.model.outcome import Done, Failed
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.switch_slice import SwitchSlice
from reconciler.transport.errors import HeldLock
from tests.simulation.call import CONFIRMED, REPLY, Call, Moments
from tests.simulation.devices.edits import edited

CONFIRM_S = 60.0

Later = Callable[[float, Callable[[], None]], None]
Ports = Mapping[str, Port]


class Session:
    """One connection; its locks and its commit on trial end with it."""

    __slots__ = ()


class Switch:
    """``changed`` is told what was done, and by whom, at each change of what runs."""

    client_driven = True
    heals = False

    def __init__(self, host: str, later: Later, changed: Callable[[str, str], None]) -> None:
        self.host, self._later, self._changed = host, later, changed
        self.incarnation = 0
        self.running: Ports = {}
        self.startup: Ports = {}
        self._candidate: Ports | None = None
        self._locks: dict[str, Session] = {}
        self._trial: tuple[Session, Ports] | None = None

    # -- what happens to it ----------------------------------------------------------------------

    def restart(self) -> None:
        """It comes up with what was saved, and knows nobody."""
        self.incarnation += 1
        self._locks, self._trial, self._candidate = {}, None, None
        self._run(self.startup, "", "restart")

    def by_hand(self, port: Port) -> None:
        """A person changes a port; while a session has the locks, that is refused, and tried again."""
        if self._locks or self._trial is not None:
            self._later(10.0, lambda: self.by_hand(port))
            return
        self._run({**self.running, port.name: port}, "", "by hand")
        self.startup = {**self.startup, port.name: port}

    def _run(self, ports: Ports, experiment: str, what: str) -> None:
        self.running = ports
        self._changed(experiment, f"{self.host} {what}")

    # -- calls -------------------------------------------------------------------------------------

    def serve(self, call: Call) -> Moments:
        session = Session()
        try:
            if call.asks:
                return (yield from self._observe(call, session))
            for step in call.steps:
                yield from self._apply(call, step, session)
            return None
        finally:
            self._close(session)

    def _observe(self, call: Call, session: Session) -> Moments:
        owners = sorted({owner_at(call.endpoint, resource.address, call.fence) for resource in call.resources})
        if call.fence.barrier:
            yield from self._bar(call, session, owners)
        yield "switch.read"
        ports = self.running
        for owner in owners:
            refuse_if_overtaken(ports, owner, call.fence)
        specs: dict[object, list[SwitchSlice]] = {}
        for resource in call.resources:
            specs.setdefault(resource.address, []).append(resource.spec)
        answer = {a: project(ports, wanted, owner_at(call.endpoint, a, call.fence)) for a, wanted in specs.items()}  # type: ignore[arg-type]  # addresses
        yield REPLY
        return answer

    def _bar(self, call: Call, session: Session, owners: list[Owner]) -> Moments:
        yield from self._lock(session)
        yield "switch.save"
        self.startup = self.running
        for owner in owners:
            refuse_if_overtaken(self.running, owner, call.fence)
            older = older_marks(self.running, owner, call.fence.epoch)
            if older:
                raised = {n: replace(self.running[n], description=render_mark(t, call.fence)) for n, t in older.items()}
                yield from self._commit(call, session, {**self.running, **raised}, "marks raised")
        yield from self._unlock(session)

    def _apply(self, call: Call, step: Step[object], session: Session) -> Moments:
        change: Change[SwitchSlice] = step.change
        call.begun = False
        try:
            if step.commands:
                yield from self._carry_out(call, change, session)
            else:
                call.settle(Done(change.address))
        except ReconcilerError as error:
            call.settle(Failed(change.address, error, unsure=call.begun))
            self._close(session)

    def _carry_out(self, call: Call, change: Change[SwitchSlice], session: Session) -> Moments:
        owner, fence = owner_at(call.endpoint, change.address, call.fence), call.fence
        yield from self._lock(session)
        was = self.running
        refuse_if_overtaken(was, owner, fence)
        found = project(was, slices(change), owner)
        if isinstance(found, Foreign):
            raise Refused(f"{change.address}: {found.reason}; nothing was changed")
        if found not in [Absent() if spec is None else Present(spec) for spec in (change.before, change.after)]:
            raise Outdated(f"{change.address}: no longer as it was when this was planned; nothing was changed")
        wanted = edited(was, change, fence)
        older = older_marks(wanted, owner, fence.epoch)
        wanted = {
            **wanted,
            **{n: replace(wanted[n], description=render_mark(t, fence)) for n, t in older.items()},
        }
        wrong = differences(change, owner, fence.epoch, was, wanted)
        if wrong:
            raise Rejected(f"{change.address}: the candidate is not what was asked for: {wrong[0]}")
        yield from self._commit(call, session, wanted, str(change.action))
        call.begun = False
        call.settle(Done(change.address, project(self.running, slices(change), owner)))
        yield from self._unlock(session)

    # -- the protocol ------------------------------------------------------------------------------

    def _lock(self, session: Session) -> Moments:
        for target in ("candidate", "running"):
            yield f"switch.lock-{target}"
            holder = self._locks.get(target)
            if (holder is not None and holder is not session) or (target == "running" and self._trial is not None):
                raise HeldLock(f"{self.host}: another session holds {target}; it is tried again later")
            self._locks[target] = session
        yield "switch.discard"
        self._candidate = None

    def _commit(self, call: Call, session: Session, ports: Ports, what: str) -> Moments:
        call.begun = True
        yield "switch.edit"
        self._candidate = ports
        yield "switch.trial"
        self._trial = (session, self.running)
        self._candidate = None
        self._run(ports, call.experiment, what)
        trial = self._trial
        self._later(CONFIRM_S, lambda: self._roll_back(trial))
        yield "switch.save"
        self.startup = self.running
        yield "switch.confirm"
        if self._trial is not trial:
            raise Rejected(f"{self.host}: no commit is on trial")
        self._trial = None
        yield CONFIRMED

    def _unlock(self, session: Session) -> Moments:
        yield "switch.unlock"
        self._locks = {target: holder for target, holder in self._locks.items() if holder is not session}

    def _roll_back(self, trial: tuple[Session, Ports]) -> None:
        if self._trial is trial:
            self._trial = None
            self._run(trial[1], "", "rollback")

    def _close(self, session: Session) -> None:
        self._locks = {target: holder for target, holder in self._locks.items() if holder is not session}
        if "candidate" not in self._locks:
            self._candidate = None
        if self._trial is not None and self._trial[0] is session:
            self._roll_back(self._trial)


def marks(ports: Ports, owner: Owner) -> Iterator[tuple[str, int]]:
    for name in sorted(ports):
        mark = mark_of(ports[name], owner)
        if mark is not None:
            yield name, mark.epoch
