"""Everything there is in one history: sites, devices, books, machines, people; and what is checked as it goes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.drivers.image.kadeploy.rest import Image, Node
from reconciler.drivers.switch.device import Port
from reconciler.engine.run_config import CompileDesired
from reconciler.model.change import Change
from reconciler.model.plan import Step
from reconciler.store.leases import LeaseStore
from reconciler.store.process import Process
from reconciler.store.store import ExperimentRow, Store
from tests.simulation.audits import Audits
from tests.simulation.batch import Batch, Grants
from tests.simulation.call import Call, Device, Link, applies
from tests.simulation.checkers import Checkers, check_kill
from tests.simulation.choices import compile_desired, plan_step
from tests.simulation.database import Durable
from tests.simulation.devices.books import Ledger
from tests.simulation.devices.deployer import DEPLOY_S, Deployer
from tests.simulation.devices.host import Dom0
from tests.simulation.devices.switch import Switch
from tests.simulation.documents import Goal, catalogue
from tests.simulation.faults import Drawn, Faults, Written
from tests.simulation.frames import lay
from tests.simulation.machines import Machines, Place
from tests.simulation.mishaps import befall
from tests.simulation.plans import History
from tests.simulation.process import End, Reconciler
from tests.simulation.scheduler import Scheduler, Steps, Task
from tests.simulation.trace import Trace
from tests.simulation.truth import Truth

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
STARTING_IMAGE = "xen-0"
"""What nodes run that nobody of ours imaged; it can host VMs too."""


class World:
    """``notice`` is told of every boundary and moment: (process or call, what, effect)."""

    def __init__(
        self,
        history: History,
        notice: Callable[[str, object], None] | None = None,
        keep: bool = False,
        faults: Faults | None = None,
    ) -> None:
        self.history = history
        self.scheduler = Scheduler(None if history.in_order else Random(history.seed))
        self.trace = Trace(lambda: self.scheduler.now_s, keep)
        self.faults: Faults = faults or (Drawn(history) if history.faults is None else Written(history.faults))
        self.machines = Machines()
        self.audits = Audits(history.seed)
        self.durable = Durable()
        self.catalogue = catalogue(history.ground)
        self.processes: list[Reconciler] = []
        self.watchers: dict[str, Task] = {}
        self.cut_off: dict[str, float] = {}
        self.spoilt: dict[str, int] = {}
        self.changes = self.running = 0
        self.over = False
        self._notice = notice
        self._later_count = 0
        self.truth = Truth()
        self.batch = Batch(self, history.granting) if history.granting is not None else None
        self._build()

    def _build(self) -> None:
        cables = lay(self.catalogue)
        self.switches = {
            f"{switch.name}.{site}": Switch(
                f"{switch.name}.{site}", self.later, self._switch_changed(f"{switch.name}.{site}"), check_kill
            )
            for site, document in sorted(self.catalogue.sites.items())
            for switch in document.spec.switches
        }
        self.hosts: dict[str, Dom0] = {}
        self._by_fqdn: dict[str, str] = {}
        self.deployers: dict[str, Deployer] = {}
        for site, document in sorted(self.catalogue.sites.items()):
            for node in document.spec.nodes:
                name = f"{node.name}.{site}"
                self.hosts[name] = Dom0(name, STARTING_IMAGE, self._host_changed(name))
                self._by_fqdn[f"{node.name}.{document.spec.domain}"] = name
            nodes = {fqdn: Node() for fqdn, name in self._by_fqdn.items() if name.endswith(f".{site}")}
            self.deployers[site] = Deployer(site, nodes, self.later, self._booted, self._spoils, lambda node: DEPLOY_S)
        self.books = Ledger(self._allocations_driver, self.books_changed)
        self.checkers = Checkers(cables, self.switches, self.hosts, self.truth)
        for (switch, port), _ in sorted(cables.edges.items()):
            base = Port(port, access=self.parked_in(switch))
            self.switches[switch].running = {**self.switches[switch].running, port: base}
            self.switches[switch].startup = self.switches[switch].running
            self.checkers.baseline(switch)

    def parked_in(self, switch: str) -> int:
        """The VLAN of a port that nobody has."""
        return self.catalogue.sites[switch.rpartition(".")[2]].spec.vlans.production or 1

    def port_of(self, host: str, interface: str) -> tuple[str, str] | None:
        """The switch and the port behind a node's interface."""
        node, _, site = host.rpartition(".")
        for machine in self.catalogue.sites[site].spec.nodes:
            for one in machine.interfaces:
                if machine.name == node and one.name == interface and one.switch is not None:
                    return f"{one.switch}.{site}", str(one.port)
        return None

    def is_being_imaged(self, host: str) -> bool:
        return any(
            self._by_fqdn[node] == host
            for deployer in self.deployers.values()
            for workflow in deployer.workflows.values()
            for node in workflow.pending
        )

    # -- time ----------------------------------------------------------------------------------------

    def utc(self) -> datetime:
        return BEGIN + timedelta(seconds=self.scheduler.now_s)

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        def steps() -> Steps:
            if not self.over:
                act()
            yield 0.0

        self._later_count += 1
        self.scheduler.spawn(f"later {self._later_count}", steps(), delay_s)

    # -- changes -------------------------------------------------------------------------------------

    def _switch_changed(self, host: str) -> Callable[[str, str], None]:
        def changed(experiment: str, what: str) -> None:
            if not self.over:
                self._note("switch", experiment, host, what)
                self.checkers.switch_changed(host, experiment, what)

        return changed

    def _host_changed(self, host: str) -> Callable[[str, str, object], None]:
        def changed(experiment: str, what: str, thing: object) -> None:
            if not self.over:
                self._note("host", experiment, host, what)
                self._is_granted(host, experiment, f"changes ({what})")
                self.checkers.host_changed(host, experiment, thing)

        return changed

    def books_changed(self, experiment: str, what: str) -> None:
        self._note("books", experiment, what)
        self.read_truth()
        self.checkers.books_changed()
        if self.batch is not None and not self.checkers.rewound:
            self.batch.books_changed()

    def _is_granted(self, node: str, experiment: str, what: str) -> None:
        if self.batch is not None and not self.checkers.rewound:
            self.batch.may_use(node, experiment, what)

    def _booted(self, fqdn: str, image: Image | None, author: str) -> None:
        host = self.hosts[self._by_fqdn[fqdn]]
        self._note("boot", author, host.host, "down" if image is None else image.name)
        self._is_granted(host.host, author, "images")
        if image is None:
            self.checkers.node_taken(host.host, author, self._workflows_at(fqdn))
            host.up = False
            host.restart()
        else:
            host.image_with(image.name)
            host.up = True

    def _workflows_at(self, fqdn: str) -> int:
        return sum(fqdn in w.pending for deployer in self.deployers.values() for w in deployer.workflows.values())

    def _spoils(self, fqdn: str) -> bool:
        """Whether imaging this node fails this time; it comes up all the same, with what was there half overwritten."""
        left = self.spoilt.get(fqdn, 0)
        if left:
            self.spoilt[fqdn] = left - 1
            host = self.hosts[self._by_fqdn[fqdn]]
            host.image_with("broken")
            host.up = True
        return left > 0

    def _note(self, kind: str, experiment: str, *details: str) -> None:
        self.changes += bool(experiment)
        self.trace.note(kind, experiment, *details)

    def read_truth(self) -> None:
        self.truth.read(Store(self.durable.now, self.utc).leases)

    # -- what processes need -------------------------------------------------------------------------

    def store_for(self, me: Process, clock: Callable[[], datetime]) -> Store:
        return self.audits.silence(Store(self.durable.now, clock, Place(self.machines, me)))

    def _allocations_driver(self, call: Call) -> AllocationsDriver:
        """On the database as it is now: a power cut may have come since the call's process opened it."""
        clock = next(p for p in self.processes if p.name == call.run).clock
        return AllocationsDriver(LeaseStore(self.durable.now, clock))

    def compile_desired(self, experiment: str, goal: Goal) -> CompileDesired:
        return compile_desired(self.history.ground, experiment, goal, scheduled=self.batch is not None)

    def grants(self, experiment: str, goal: Goal | None) -> Grants:
        """What the batch scheduler says at this moment to whoever wants this."""
        return {} if self.batch is None else self.batch.grants(experiment, goal)

    def plan_step(self, change: Change[Any]) -> Step[Any]:
        return plan_step(change)

    def device(self, call: Call) -> Device:
        where = call.endpoint.host
        match call.endpoint.driver:
            case "openconfig":
                return self.switches[where]
            case "xen":
                return self.hosts[where]
            case "kadeploy":
                return self.deployers[where]
        return self.books

    def place(self, call: Call, process: Reconciler) -> Task:
        self.audits.sent(self.durable.now, call)
        device = self.device(call)
        fault = self.faults.at_call(call.name)
        if fault is not None and not applies(fault.kind, call):
            fault = None
        if fault is not None:
            self.trace.note("fault", call.name, fault.kind, str(fault.at), str(fault.for_s))
            if fault.kind == "zombie":
                self.later(fault.for_s, lambda: self._bury(call.endpoint.host))
        link = Link(device, call, fault, self._passing, lambda: self._reaches(call))
        return self.scheduler.spawn(f"call {call.name}", link.run())

    def _bury(self, host: str) -> None:
        for uuid in sorted(self.hosts[host].zombies):
            self.hosts[host].bury(uuid)

    def _passing(self, call: Call, moment: str) -> None:
        if self._notice is not None:
            self._notice(moment, call)

    def _reaches(self, call: Call) -> bool:
        where = call.endpoint.host
        if call.endpoint.driver == "xen" and not self.hosts[where].up:
            return False
        return self.scheduler.now_s >= self.cut_off.get(f"{call.endpoint}", 0.0)

    # -- processes -----------------------------------------------------------------------------------

    def start(self, experiment: str, goal: Goal | None, machine: str, due: ExperimentRow | None = None) -> Reconciler:
        """``due`` is the life that it is to end because its time has come."""
        me = self.machines.start(machine)
        name = f"{experiment}#{me.pid}"
        process = Reconciler(self, name, experiment, goal, me, self.machines.skews_s.get(machine, 0.0), due)
        self.processes.append(process)
        self.running += 1
        self.trace.note("start", name, "destroy" if goal is None else "apply", machine)
        process.start()
        return process

    def pass_boundary(self, process: Reconciler, point: str, what: str, effect: object) -> Generator[float, None, None]:
        if self._notice is not None:
            self._notice(what, effect)
        fault = self.faults.at_boundary(point)
        self.trace.note("at", point, what, fault.kind if fault is not None else "")
        yield from befall(self, process, fault)

    def kill(self, process: Reconciler, expired_claims: bool = False) -> None:
        """As by kill -9: what it had asked for goes its own way.  ``expired_claims``: and none is started for it."""
        if process.end is not None:
            return
        self.trace.note("killed", process.name)
        for task in process.tasks:
            self.scheduler.end(task)
        for call, task in process.calls:
            if task.alive:
                call.after_crash = self.faults.of_orphan(f"{call.name} orphan")
                call.caller_gone = True
        self.ended(process, End(False, ("killed",), died=True, expired_claims=expired_claims))

    def ended(self, process: Reconciler, end: End) -> None:
        process.end = end
        if end.converged:
            self.checkers.rewound = False
        if self.batch is not None:
            self.batch.ended(process.experiment, done=end.converged and process.goal is not None and not end.over)
        self.running -= 1
        self.machines.end(process.me)
        self.trace.note("end", process.name, str(end.converged), *end.reasons[:2])
        watcher = self.watchers.get(process.name)
        if watcher is not None:
            self.scheduler.wake(watcher)
