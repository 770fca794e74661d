"""The whole state of one emulated switch, and everything that changes it from outside its sessions."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from lxml import etree

from reconciler.lab.switch.baseline import access_ports, parse_config
from reconciler.lab.switch.confirmed import Commits, Committed, ConfirmEvent, Pending
from reconciler.lab.switch.counters import PassResult, SwitchCounters
from reconciler.lab.switch.effective import PortState, port_states
from reconciler.lab.switch.events import Actor, render_config_change, render_confirm
from reconciler.lab.switch.faults import Fault, FaultKind, FaultQueue
from reconciler.lab.switch.names import local, netconf
from reconciler.lab.switch.operations import Panel, Reply, perform
from reconciler.lab.switch.render import Order, render_tree
from reconciler.lab.switch.roster import Roster, SwitchLink
from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.snapshot import Snapshot, parse_snapshot, render_snapshot
from reconciler.lab.switch.stores import NOBODY, Datastores, Store
from reconciler.lab.switch.tree import EMPTY, Branch
from reconciler.lab.switch.wire import render_message

CONSOLE = Actor("console", NOBODY)


class SwitchDevice:
    """Use it from one event loop only.  ``on_change`` is called after every change of running, whoever made it.

    ``production``: every port starts as an access port of this VLAN, explicitly, in running and startup; ``baseline``
    (a ``<config>`` document) comes on top.  ``latency_s``: the bounds of the seeded delay of each answer.
    """

    def __init__(
        self,
        name: str,
        ports: Sequence[str],
        *,
        seed: int = 0,
        baseline: bytes | None = None,
        production: int | None = None,
        latency_s: tuple[float, float] = (0.001, 0.005),
        max_sessions: int = 16,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.ports = tuple(ports)
        self.latency_s = latency_s
        self.on_change = on_change
        self.faults = FaultQueue()
        self.roster = Roster(max_sessions)
        self.offline = False
        self._order = Order.of(self.ports, seed)
        self._random = random.Random(f"{seed}:{name}")  # noqa: S311 - latencies, not secrets
        self._pass_result = PassResult()
        self._timer: asyncio.TimerHandle | None = None
        self._comeback: asyncio.TimerHandle | None = None
        start = EMPTY if production is None else access_ports(self.ports, production, self.ports, EMPTY)
        self._install(start if baseline is None else parse_config(baseline, self.ports, start))

    def _install(self, running: Branch, startup: Branch | None = None) -> None:
        self._stop_timer()
        self.stores = Datastores(running, running if startup is None else startup)
        self._commits = Commits(self.stores)
        self._panel = Panel(self.stores, self._commits, self._order, self.port_states, lambda: self.roster.ids)

    # What it is now

    def port_states(self) -> Mapping[str, PortState]:
        """What each port does, vendor defaults included, from running."""
        return port_states(self.stores.running, self.ports)

    def running_xml(self) -> bytes:
        return self._xml(self.stores.running)

    def startup_xml(self) -> bytes:
        return self._xml(self.stores.startup)

    @property
    def counters(self) -> SwitchCounters:
        return self._pass_result.counters

    def reset_counters(self) -> None:
        self._pass_result = PassResult()

    def dump(self) -> str:
        """What survives a restart.  A commit that waits to be confirmed does not: the state before it is saved."""
        pending = self._commits.pending
        running = self.stores.running if pending is None else pending.before
        texts = self._xml(running).decode(), self._xml(self.stores.startup).decode()
        return render_snapshot(Snapshot(self.name, *texts, self.counters, self.faults.waiting))

    def load(self, text: str) -> None:
        """Take up a dumped state; sessions are cut.

        Raises:
            ValueError: not a state of this switch.
            RpcFailure: it configures ports that this switch does not have.
        """
        saved = parse_snapshot(text)
        if saved.name != self.name:
            raise ValueError(f"saved state of switch {saved.name!r}, and this is {self.name!r}; reset the lab")
        running = parse_config(saved.running.encode(), self.ports)
        startup = parse_config(saved.startup.encode(), self.ports)
        self._cut_all()
        self._install(running, startup)
        self._pass_result = PassResult(saved.counters)
        self.faults = FaultQueue(saved.faults)
        self.on_change()

    # Sessions

    def open_session(self, link: SwitchLink) -> int | None:
        """The new session's id; None when all are taken."""
        session_id = self.roster.join(link)
        self._pass_result.sessions += session_id is not None
        return session_id

    def end_session(self, session_id: int) -> None:
        """Release and undo all that ends with it.  Harmless when repeated."""
        link = self.roster.link(session_id)
        if link is None or not self.roster.leave(session_id):
            return
        undone = self._commits.session_ended(session_id)
        self.stores.release(session_id)
        if undone is not None:
            self._settle(undone, Actor(link.user, session_id))

    def count_rpc(self, name: str) -> None:
        self._pass_result.count_rpc(name)

    def next_latency_s(self) -> float:
        return self._random.uniform(*self.latency_s)

    def perform(self, session_id: int, operation: etree._Element) -> Reply:
        """Do what a session asks, and tell everyone concerned.

        Raises:
            RpcFailure: it is refused.
        """
        reply = perform(self._panel, session_id, operation)
        link = self.roster.link(session_id)
        actor = Actor(link.user if link else "", session_id)
        self._pass_result.edits += local(str(operation.tag)) == "edit-config"
        if reply.committed is not None:
            self._settle(reply.committed, actor, reply.confirm.timeout_s if reply.confirm else None)
        if reply.saved:
            self.roster.broadcast(render_config_change(datetime.now(UTC), Store.STARTUP, actor))
        if reply.subscribes:
            self.roster.subscribe(session_id)
        if reply.kills is not None:
            self._cut(reply.kills)
        return reply

    # From outside

    def move_port(self, port: str, vlan_id: int) -> None:
        """A person at the console makes it an access port of this VLAN.

        Raises:
            RpcFailure: no such port or VLAN, or running is locked or waits for a confirmation.
        """
        self.stores.require_writable(Store.RUNNING, NOBODY)
        if self._commits.pending is not None:
            raise refusal("in-use", "a confirmed commit is pending")
        before = self.stores.running
        self.stores.running = access_ports([port], vlan_id, self.ports, before)
        self._settle(Committed(self.stores.running != before), CONSOLE)

    def break_(self, kind: str, *, count: int | None = 1, delay_s: float = 0.0, rpc: str | None = None) -> None:
        """Misbehave: ``reboot`` and ``offline`` at once, the others the next ``count`` times they can (None: always).

        Raises:
            ValueError: no such kind, or senseless numbers.
        """
        fault = Fault(FaultKind(kind), count, delay_s, rpc)
        if fault.kind in (FaultKind.REBOOT, FaultKind.OFFLINE):
            self._go_down(fault)
        else:
            self.faults.add(fault)

    def repair(self) -> None:
        """Behave from now on: pending faults are forgotten, and it is online."""
        self.faults.clear()
        self._come_back()

    def close(self) -> None:
        """Cut every session and stop every timer; the state stays readable."""
        self._cut_all()
        self._stop_timer()
        self._come_back()

    # Inside

    def _xml(self, tree: Branch) -> bytes:
        return render_message(render_tree(tree, self._order, netconf("config")))

    def _settle(self, committed: Committed, actor: Actor, timeout_s: int | None = None) -> None:
        """Count, rearm the roll-back timer and spread the news after a change of running."""
        undone = committed.event in (ConfirmEvent.CANCEL, ConfirmEvent.TIMEOUT)
        self._pass_result.commits += committed.changed and not undone
        self._pass_result.confirms += committed.event is ConfirmEvent.COMPLETE
        self._pass_result.rollbacks += undone
        if committed.event is not None:
            self._rearm()
        now = datetime.now(UTC)
        if committed.changed and committed.event is not ConfirmEvent.TIMEOUT:
            self.roster.broadcast(render_config_change(now, Store.RUNNING, actor))
        if committed.event is not None:
            self.roster.broadcast(render_confirm(now, committed.event, actor, timeout_s))
        if committed.changed:
            self.on_change()

    def _rearm(self) -> None:
        self._stop_timer()
        pending = self._commits.pending
        if pending is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(pending.confirm.timeout_s, self._time_out, pending)

    def _time_out(self, pending: Pending) -> None:
        now = self._commits.pending
        if now is not None and now.before is pending.before and now.confirm is pending.confirm:
            self._settle(self._commits.undo(ConfirmEvent.TIMEOUT), CONSOLE)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_down(self, fault: Fault) -> None:
        self._cut_all()
        if fault.kind is FaultKind.REBOOT:
            self._install(self.stores.startup)
            self.on_change()
        self._come_back()
        if fault.delay_s or fault.kind is FaultKind.OFFLINE:
            self.offline = True
        if fault.delay_s:
            self._comeback = asyncio.get_running_loop().call_later(fault.delay_s, self._come_back)

    def _come_back(self) -> None:
        self.offline = False
        if self._comeback is not None:
            self._comeback.cancel()
            self._comeback = None

    def _cut_all(self) -> None:
        for session_id in sorted(self.roster.ids):
            self._cut(session_id)

    def _cut(self, session_id: int) -> None:
        link = self.roster.link(session_id)
        self.end_session(session_id)
        if link is not None:
            link.cut()
