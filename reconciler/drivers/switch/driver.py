"""Observe, plan and apply what an experiment has on a switch, in whichever dialect it is configured."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.drivers.switch.capabilities import refuse_beyond
from reconciler.drivers.switch.device import Device
from reconciler.drivers.switch.dialect import Dialect
from reconciler.drivers.switch.locking import prove_settled
from reconciler.drivers.switch.ownership import Owner, owner_at, refuse_if_overtaken
from reconciler.drivers.switch.projection import project
from reconciler.drivers.switch.session import Session, Sessions
from reconciler.drivers.switch.transaction import Transaction, TransactionProgress
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Fenced, Locked, ReconcilerError, Refused
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Command, Step
from reconciler.model.resource import Observed, Resource
from reconciler.resources.switch import SwitchSlice
from reconciler.transport.retry import retrying

Q = TypeVar("Q")
R = TypeVar("R")
E = TypeVar("E", bound=Command)

LOCK_PATIENCE_S = 10.0
"""How long a look at a switch waits for whoever has it locked, where nobody says otherwise."""
_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class SwitchDriver(Generic[Q, R, E]):
    """``patience_s`` is how long a look waits for a lock: a session of ours that died ends with its last request."""

    pool: Sessions[Q, R, E]
    dialect: Dialect[Q, R, E]
    patience_s: float = 0.0
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[SwitchSlice]], fence: Fence
    ) -> Mapping[Address, Observed[SwitchSlice]]:
        """One get-config for all of them.

        An address may be given more than once, as desired and as recorded: then it is looked for in both places, so
        that a port which is no longer wanted is still seen.
        """
        specs: dict[Address, list[SwitchSlice]] = defaultdict(list)
        for resource in wanted:
            specs[resource.address].append(resource.spec)
        owners = {address: owner_at(endpoint, address, fence) for address in specs}
        with self._naming(endpoint):
            ports = self._look(endpoint.host, fence, owners.values()).ports
            for owner in sorted(set(owners.values())):
                refuse_if_overtaken(ports, owner, fence)
        types = self.dialect.capabilities.port_types
        return {address: project(ports, slices, owners[address], types) for address, slices in specs.items()}

    def plan(self, change: Change[SwitchSlice]) -> Step[E]:
        """One edit for all ports; no command when the difference does not show on a switch.

        Marks are shown without the epoch of the run that will send them.

        Raises:
            Refused: it needs what the dialect cannot say; the message names the port, and what to do instead.
        """
        refuse_beyond(self.dialect.capabilities, change)
        before, after = change.before or SwitchSlice(), change.after or SwitchSlice()
        edit = self.dialect.render(before, after, change.resource.spec.parked)
        return Step(change, () if edit is None else (edit,))

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[E]], fence: Fence) -> Iterator[Outcome]:
        """A transaction for each step: one experiment's fault must not take back another's ports.

        A step without commands is refused: nothing would have been read back that makes it true.
        """
        for step in steps:
            for edit in step.commands:
                yield self._carry_out(endpoint, step.change, edit, fence)
            if not step.commands:
                address = step.change.address
                yield Failed(address, Refused(f"{address}: nothing of this change shows on a switch; plan it again"))

    def _look(self, host: str, fence: Fence, owners: Collection[Owner]) -> Device:
        look = self._bar if fence.barrier else self._read
        deadline = self.clock() + self.patience_s
        waiting = retrying(Locked, deadline=deadline, every_s=_PAUSE_S, clock=self.clock, pause=self.pause)
        return waiting(look, host, fence, owners)

    def _read(self, host: str, fence: Fence, owners: Collection[Owner]) -> Device:
        session = self.pool.session(host)
        try:
            if self.pool.doubtful(host):
                prove_settled(session, self.pool.given_up(host))
                self.pool.settle(host)
            return self._transaction(host, session, fence, TransactionProgress()).read()
        finally:
            self._drop_if_ended(host, session)

    def _bar(self, host: str, fence: Fence, owners: Collection[Owner]) -> Device:
        session, progress = self.pool.session(host), TransactionProgress()
        try:
            device = self._transaction(host, session, fence, progress).bar(owners)
            self.pool.settle(host)
            return device
        except BaseException:
            if progress.edited and not progress.settled:
                self.pool.drop(host, doubtful=True)
            raise
        finally:
            self._drop_if_ended(host, session)

    def _carry_out(self, endpoint: Endpoint, change: Change[SwitchSlice], edit: E, fence: Fence) -> Outcome:
        host, progress = endpoint.host, TransactionProgress()
        try:
            with self._naming(endpoint):
                transaction = self._transaction(host, self.pool.session(host), fence, progress)
                seen = transaction.carry_out(change, edit, owner_at(endpoint, change.address, fence))
        except ReconcilerError as error:
            unsure = progress.edited and not progress.settled
            if unsure:
                self.pool.drop(host, doubtful=True)
            return Failed(change.address, error, unsure=unsure)
        except BaseException:  # interrupted: end the session, so that nothing of it stays locked or half done
            self.pool.drop(host, doubtful=progress.edited)
            raise
        self.pool.settle(host)
        return Done(change.address, readback=seen)

    def _transaction(
        self, host: str, session: Session[Q, R, E], fence: Fence, progress: TransactionProgress
    ) -> Transaction[Q, R, E]:
        return Transaction(session, self.dialect, fence, self.pool.given_up(host), progress)

    def _drop_if_ended(self, host: str, session: Session[Q, R, E]) -> None:
        if not session.alive:
            self.pool.drop(host, doubtful=False)

    @contextmanager
    def _naming(self, endpoint: Endpoint) -> Iterator[None]:
        """A mark does not say which switch it is on."""
        try:
            yield
        except Fenced as error:
            raise Fenced(f"{endpoint.host}: {error.found}", error.why, error.experiment, error.epoch) from None
