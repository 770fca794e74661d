"""Observe, plan and apply what an experiment has on a switch, over NETCONF in OpenConfig's words."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.drivers.switch.openconfig.edit import NetconfEdit, render_edit
from reconciler.drivers.switch.openconfig.locking import prove_settled
from reconciler.drivers.switch.openconfig.ownership import Owner, owner_at, refuse_if_overtaken
from reconciler.drivers.switch.openconfig.projection import Ports, project
from reconciler.drivers.switch.openconfig.session import NetconfSession, Sessions
from reconciler.drivers.switch.openconfig.transaction import Transaction, TransactionProgress, read_ports
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Fenced, Locked, ReconcilerError
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Observed, Resource
from reconciler.resources.switch import SwitchSlice

_PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class NetconfDriver:
    """``patience_s`` is how long a look waits for a lock: a session of ours that died ends with its last request."""

    pool: Sessions
    patience_s: float = 0.0
    sleep: Callable[[float], None] = time.sleep

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
            ports = self._look(endpoint.host, fence, owners.values())
            for owner in sorted(set(owners.values())):
                refuse_if_overtaken(ports, owner, fence)
        return {address: project(ports, slices, owners[address]) for address, slices in specs.items()}

    def plan(self, change: Change[SwitchSlice]) -> Step[NetconfEdit]:
        """One edit-config for all ports; no command when the difference does not show on a switch.

        Marks are shown without the epoch of the run that will send them.
        """
        edit = render_edit(change)
        return Step(change, () if edit is None else (edit,))

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[NetconfEdit]], fence: Fence) -> Iterator[Outcome]:
        """A transaction for each step: one experiment's fault must not take back another's ports."""
        for step in steps:
            for edit in step.commands:
                yield self._carry_out(endpoint, step.change, edit, fence)
            if not step.commands:
                yield Done(step.change.address)

    def _look(self, host: str, fence: Fence, owners: Collection[Owner]) -> Ports:
        waited_s = 0.0
        while True:
            try:
                return self._bar(host, fence, owners) if fence.barrier else self._read(host)
            except Locked:
                if waited_s >= self.patience_s:
                    raise
                self.sleep(_PAUSE_S)
                waited_s += _PAUSE_S

    def _read(self, host: str) -> Ports:
        session = self.pool.session(host)
        try:
            if self.pool.doubtful(host):
                prove_settled(session, self.pool.given_up(host))
                self.pool.settle(host)
            return read_ports(session, "running")
        finally:
            self._drop_if_ended(host, session)

    def _bar(self, host: str, fence: Fence, owners: Collection[Owner]) -> Ports:
        session, progress = self.pool.session(host), TransactionProgress()
        try:
            ports = Transaction(session, fence, self.pool.given_up(host), progress).bar(owners)
            self.pool.settle(host)
            return ports
        except BaseException:
            if progress.edited and not progress.settled:
                self.pool.drop(host, doubtful=True)
            raise
        finally:
            self._drop_if_ended(host, session)

    def _carry_out(self, endpoint: Endpoint, change: Change[SwitchSlice], edit: NetconfEdit, fence: Fence) -> Outcome:
        host, progress = endpoint.host, TransactionProgress()
        try:
            with self._naming(endpoint):
                transaction = Transaction(self.pool.session(host), fence, self.pool.given_up(host), progress)
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

    def _drop_if_ended(self, host: str, session: NetconfSession) -> None:
        if not session.alive:
            self.pool.drop(host, doubtful=False)

    @contextmanager
    def _naming(self, endpoint: Endpoint) -> Iterator[None]:
        """A mark does not say which switch it is on."""
        try:
            yield
        except Fenced as error:
            raise Fenced(f"{endpoint.host}: {error.found}", error.why, error.experiment, error.epoch) from None
