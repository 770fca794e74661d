"""Observe, plan and apply what an experiment has on a switch, over NETCONF in OpenConfig's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.drivers.netconf.edit import NetconfEdit, render_edit
from reconciler.drivers.netconf.projection import project
from reconciler.drivers.netconf.session import Sessions
from reconciler.drivers.netconf.transaction import Progress, carry_out, prove_settled, read_ports
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError
from reconciler.model.fence import UNFENCED, Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Observed, Resource
from reconciler.resources.switch_slice import SwitchSlice


@dataclass(frozen=True, slots=True)
class NetconfDriver:
    pool: Sessions

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[SwitchSlice]], fence: Fence = UNFENCED
    ) -> Mapping[Address, Observed[SwitchSlice]]:
        """One get-config for all of them.

        An address may be given more than once, as desired and as recorded: then it is looked for in both places, so
        that a port which is no longer wanted is still seen.
        """
        specs: dict[Address, list[SwitchSlice]] = defaultdict(list)
        for resource in wanted:
            specs[resource.address].append(resource.spec)
        session = self.pool.session(endpoint.host)
        try:
            if self.pool.doubtful(endpoint.host):
                prove_settled(session)
                self.pool.settle(endpoint.host)
            ports = read_ports(session, "running")
        finally:
            if not session.alive:
                self.pool.drop(endpoint.host, doubtful=False)
        return {address: project(ports, slices) for address, slices in specs.items()}

    def plan(self, change: Change[SwitchSlice]) -> Step[NetconfEdit]:
        """One edit-config for all ports; no command when the difference does not show on a switch."""
        edit = render_edit(change)
        return Step(change, () if edit is None else (edit,))

    def apply(
        self, endpoint: Endpoint, steps: Sequence[Step[NetconfEdit]], fence: Fence = UNFENCED
    ) -> Iterator[Outcome]:
        """A transaction for each step: one experiment's fault must not take back another's ports."""
        for step in steps:
            for edit in step.commands:
                yield self._carry_out(endpoint.host, step.change, edit)
            if not step.commands:
                yield Done(step.change.address)

    def _carry_out(self, host: str, change: Change[SwitchSlice], edit: NetconfEdit) -> Outcome:
        progress = Progress()
        try:
            session = self.pool.session(host)
            seen = carry_out(session, change, edit, progress)
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
