"""A switch: ports with the vendors' defaults, a candidate, locks, commits on trial, a configuration for starting up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from reconciler.drivers.switch import locking  # whose sessions are ended, in the driver's own words
from reconciler.drivers.switch.device import Device, Port, Ports
from reconciler.drivers.switch.ownership import (
    Owner,
    mark_of,
    older_marks,
    owner_at,
    refuse_if_overtaken,
    render_mark,
)
from reconciler.drivers.switch.projection import project
from reconciler.drivers.switch.verification import differences, slices
from reconciler.model.change import Change
from reconciler.model.errors import Locked, Outdated, ReconcilerError, Refused, Rejected
from reconciler.model.outcome import Done, Failed
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.switch import SwitchSlice
from reconciler.transport.errors import HeldLock
from tests.simulation.call import CONFIRMED, REPLY, Call, Moments
from tests.simulation.devices.edits import edited
from tests.simulation.devices.sessions import PERSON, Session, while_alive

CONFIRM_S = 60.0
PATIENCE, PAUSE_S = 5, 2.0
"""How often a look comes back for a lock that somebody has, and after how long."""

Later = Callable[[float, Callable[[], None]], None]


class Switch:
    """``changed`` is told what was done, and by whom, at each change of what runs; ``killed`` whose session."""

    client_driven = True
    heals = False

    def __init__(
        self,
        host: str,
        later: Later,
        changed: Callable[[str, str], None],
        killed: Callable[[str, str], None] = lambda by, whose: None,
    ) -> None:
        self.host, self._later, self._changed, self._killed = host, later, changed, killed
        self.incarnation = 0
        self.running: Ports = {}
        self.startup: Ports = {}
        self._candidate: Ports | None = None
        self._locks: dict[str, Session] = {}
        self._trial: tuple[Session, Ports] | None = None
        self._count = 0
        self._closed = False

    # -- what happens to it ----------------------------------------------------------------------

    def restart(self) -> None:
        """It comes up with what was saved, and knows nobody."""
        self.incarnation += 1
        self._locks, self._trial, self._candidate, self._count = {}, None, None, 0
        self._run(self.startup, "", "restart")

    def by_hand(self, port: Port, tries: int = 12) -> None:
        """A person changes a port; while a session has the locks, that is refused, and tried again for a while.

        Whoever finds it other than it was then lets it be: what was meant for one owner is not done to the next.
        """
        self._try_by_hand(port, self.running.get(port.name), tries)

    def _try_by_hand(self, port: Port, was: Port | None, tries: int) -> None:
        if self._locks or self._trial is not None:
            if tries:
                self._later(10.0, lambda: self._try_by_hand(port, was, tries - 1))
            return
        if self.running.get(port.name) != was:
            return
        self._run({**self.running, port.name: port}, "", "by hand")
        self.startup = {**self.startup, port.name: port}

    def hold_by_hand(self, for_s: float) -> None:
        """A person takes the locks for a while, as soon as nobody has them; but not after hours."""
        if self._closed:
            return
        if self._locks or self._trial is not None:
            self._later(10.0, lambda: self.hold_by_hand(for_s))
            return
        session = self._open(PERSON)
        self._locks = {"candidate": session, "running": session}
        self._later(for_s, lambda: self._close(session))

    def send_home(self) -> None:
        """No person works on it any more."""
        self._closed = True
        for session in {holder.id: holder for holder in self._locks.values() if holder.run == PERSON}.values():
            self._close(session)

    def _run(self, ports: Ports, experiment: str, what: str) -> None:
        self.running = ports
        self._changed(experiment, f"{self.host} {what}")

    # -- calls -------------------------------------------------------------------------------------

    def serve(self, call: Call) -> Moments:
        if call.asks:
            return (yield from self._connected(call, self._look))
        for step in call.steps:
            try:
                yield from self._connected(call, partial(self._apply, step))
            except ReconcilerError as error:
                call.settle(Failed(step.change.address, error, unsure=call.begun))
                call.give_up()
        return None

    def _connected(self, call: Call, ask: Callable[[Call, Session], Moments]) -> Moments:
        session = self._open(call.run)
        call.session, call.begun = session.id, False
        try:
            return (yield from while_alive(session, self.host, ask(call, session)))
        finally:
            self._close(session)

    def _look(self, call: Call, session: Session) -> Moments:
        """A lock that somebody has is waited for, for a while."""
        for _ in range(PATIENCE):
            try:
                return (yield from self._observe(call, session))
            except Locked:
                yield PAUSE_S
        return (yield from self._observe(call, session))

    def _observe(self, call: Call, session: Session) -> Moments:
        owners = sorted({owner_at(call.endpoint, resource.address, call.fence) for resource in call.resources})
        if call.fence.barrier:
            yield from self._bar(call, session, owners)
        elif self.host in call.given_up:
            yield from self._lock(call, session)
            yield from self._unlock(session)
            call.settled()
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
        yield from self._lock(call, session)
        yield "switch.save"
        self.startup = self.running
        for owner in owners:
            refuse_if_overtaken(self.running, owner, call.fence)
            older = older_marks(self.running, owner, call.fence.epoch)
            if older:
                raised = {n: replace(self.running[n], description=render_mark(t, call.fence)) for n, t in older.items()}
                yield from self._commit(call, session, {**self.running, **raised}, "marks raised")
                call.begun = False
        yield from self._unlock(session)
        call.settled()

    def _apply(self, step: Step[object], call: Call, session: Session) -> Moments:
        if step.commands:
            yield from self._carry_out(call, step.change, session)
        else:
            call.settle(Done(step.change.address))

    def _carry_out(self, call: Call, change: Change[SwitchSlice], session: Session) -> Moments:
        owner, fence = owner_at(call.endpoint, change.address, call.fence), call.fence
        yield from self._lock(call, session)
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
        wrong = differences(change, owner, fence.epoch, Device(was), Device(wanted))
        if wrong:
            raise Rejected(f"{change.address}: the candidate is not what was asked for: {wrong[0]}")
        yield from self._commit(call, session, wanted, str(change.action))
        call.begun = False
        call.settle(Done(change.address, project(self.running, slices(change), owner)))
        call.settled()
        yield from self._unlock(session)

    # -- the protocol ------------------------------------------------------------------------------

    def _open(self, run: str) -> Session:
        self._count += 1
        return Session(str(self._count), run)

    def _lock(self, call: Call, session: Session) -> Moments:
        try:
            for target in ("candidate", "running"):
                yield f"switch.lock-{target}"
                holder = self._holder(target, session)
                if holder is not None and locking._is_ours(holder.id, session.id, call.dead_sessions()):
                    yield "switch.kill"
                    self._kill(holder, call)
                    yield f"switch.lock-{target}"
                    holder = self._holder(target, session)
                if holder is not None:
                    raise HeldLock(f"{self.host}: another session holds {target}; it is tried again later", holder.id)
                self._locks[target] = session
        except HeldLock:
            self._release(session)
            raise
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

    def _holder(self, target: str, session: Session) -> Session | None:
        """Who else has the lock; a commit on trial keeps ``running`` from all."""
        holder = self._locks.get(target)
        if target == "running" and self._trial is not None:
            return self._trial[0]
        return holder if holder is not session else None

    def _kill(self, victim: Session, call: Call) -> None:
        if victim.alive:
            self._killed(call.run, victim.run)
            self._close(victim)

    def _unlock(self, session: Session) -> Moments:
        yield "switch.unlock"
        self._release(session)

    def _release(self, session: Session) -> None:
        self._locks = {target: holder for target, holder in self._locks.items() if holder is not session}

    def _roll_back(self, trial: tuple[Session, Ports]) -> None:
        if self._trial is trial:
            self._trial = None
            self._run(trial[1], "", "rollback")

    def _close(self, session: Session) -> None:
        session.alive = False
        self._release(session)
        if "candidate" not in self._locks:
            self._candidate = None
        if self._trial is not None and self._trial[0] is session:
            self._roll_back(self._trial)


def marks(ports: Ports, owner: Owner) -> Iterator[tuple[str, int]]:
    for name in sorted(ports):
        mark = mark_of(ports[name], owner)
        if mark is not None:
            yield name, mark.epoch
