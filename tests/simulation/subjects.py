"""The simulated devices as the conformance suite wants them: so that they are no kinder than the lab's."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.image.kadeploy.rest import Node
from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError
from reconciler.model.fence import Fence
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Observed, Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.switch import EdgePort, SwitchSlice
from tests.contract.subject import Fault as Broken
from tests.drivers.fence import FENCE
from tests.drivers.host.xen.simulator import LARGER, PLAIN
from tests.drivers.switch.openconfig.simulator import SPECS, tag
from tests.simulation.call import Call, Device, Fault, Link
from tests.simulation.devices.deployer import Deployer
from tests.simulation.devices.host import Dom0
from tests.simulation.devices.switch import Switch
from tests.simulation.scheduler import Scheduler

_SWITCH, _HOST, _SITE = Endpoint("openconfig", "sw-1.lille"), Endpoint("xen", "x1.lille"), Endpoint("kadeploy", "lille")
_KINDS = {
    Broken.SILENT: "before",
    Broken.LOST_REPLY: "lostreply",
    Broken.GARBAGE: "garbage",
    Broken.PARTIAL: "partial",
}
_LONG_S = 100_000.0


class SimulatedDriver:
    """A driver in virtual time: a call is carried to its end before it returns."""

    def __init__(self, subject: SimulatedSubject) -> None:
        self._subject = subject

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Any]], fence: Fence
    ) -> Mapping[Address, Observed[Any]]:
        if not wanted:
            return {}
        said = self._go(endpoint, fence, resources=tuple(wanted))
        answer = said[-1]
        if isinstance(answer, ReconcilerError):
            raise answer
        return answer  # type: ignore[no-any-return]  # what a device answers

    def plan(self, change: Change[Any]) -> Step[Any]:
        return self._subject.planner.plan(change)  # type: ignore[no-any-return]  # the product's own

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Any]], fence: Fence) -> Iterator[Outcome]:
        if not steps:
            return
        said = self._go(endpoint, fence, steps=tuple(steps))
        if isinstance(said[-1], ReconcilerError):
            raise said[-1]
        yield from (outcome for _, outcome in said[:-1])

    def _go(self, endpoint: Endpoint, fence: Fence, **what: Any) -> list[Any]:
        subject = self._subject
        things = what.get("resources") or [step.change.resource for step in what["steps"]]
        said: list[Any] = []
        call = Call("call", next(iter(things)).address.experiment, "run", endpoint, fence, tell=said.append, **what)
        link = Link(subject.device, call, subject.take_fault(call), lambda call, moment: None, lambda: True)
        subject.scheduler.spawn("call", link.run())
        until_s = subject.scheduler.now_s + _LONG_S
        subject.scheduler.run(until_s, 10_000, lambda: None, lambda: call.heard)
        return said


class SimulatedSubject:
    """``look_at`` is all of the device that a change changes."""

    def __init__(self, planner: Any, resources: tuple[Resource[Any], ...], changed: tuple[Resource[Any], ...]) -> None:
        self.planner, self.resources, self.changed = planner, resources, changed
        self.endpoint = resources[0].endpoint
        self.faults = frozenset({Broken.SILENT, Broken.LOST_REPLY, Broken.GARBAGE})
        self.fenced, self.keeps_released = True, False
        self.scheduler = Scheduler(None)
        self.device: Device
        self.look_at: Callable[[], object]
        self.theirs: tuple[Resource[Any], ...] = ()
        self._broken: Broken | None = None

    def later(self, delay_s: float, act: Callable[[], None]) -> None:
        def steps() -> Iterator[float]:
            act()
            yield 0.0

        self.scheduler.spawn("later", steps(), delay_s)  # type: ignore[arg-type]  # nothing is sent into it

    def take_fault(self, call: Call) -> Fault | None:
        if self._broken is None or (self._broken is Broken.LOST_REPLY and call.asks):
            return None
        fault = Fault(_KINDS[self._broken])
        if self._broken is Broken.LOST_REPLY:
            self._broken = None
        return fault

    def driver(self) -> SimulatedDriver:
        return SimulatedDriver(self)

    def snapshot(self) -> object:
        return self.look_at()

    def break_(self, fault: Broken) -> None:
        self._broken = fault

    def mend(self) -> None:
        self._broken = None

    def wait(self, seconds: float) -> None:
        over: list[bool] = []
        self.later(seconds, lambda: over.append(True))
        self.scheduler.run(self.scheduler.now_s + _LONG_S, 10_000, lambda: None, lambda: bool(over))

    def intrude(self) -> Resource[Any] | None:
        if not self.theirs:
            return None
        driver = self.driver()
        steps = [driver.plan(Change(each, None, each.spec)) for each in self.theirs]
        list(driver.apply(self.endpoint, steps, FENCE))
        return self.resources[-1]


def _slice(spec: SwitchSlice, experiment: str = "exp") -> Resource[Any]:
    return Resource(Address("switch", experiment, _SWITCH.host), _SWITCH, spec)


@contextmanager
def switch() -> Iterator[SimulatedSubject]:
    subject = SimulatedSubject(SwitchDriver(None, OpenConfig()), (_slice(SPECS[0]),), (_slice(SPECS[1]),))  # type: ignore[arg-type]
    device = Switch(_SWITCH.host, subject.later, lambda experiment, what: None)
    device.running = device.startup = {f"e{n}": Port(f"e{n}", access=100) for n in (1, 2, 3)}
    subject.device = device
    subject.look_at = lambda: (dict(device.running), dict(device.startup))
    subject.theirs = (_slice(SwitchSlice((EdgePort("e1", tag(1, "theirs"), access=730),), parked=100), "theirs"),)
    yield subject


def _guest(spec: Domain, experiment: str = "exp") -> Resource[Any]:
    return Resource(Address("domain", experiment, "web-0"), _HOST, spec)


@contextmanager
def host() -> Iterator[SimulatedSubject]:
    bridge: Resource[Any] = Resource(Address("bridge", "exp", "x1.lille/lan"), _HOST, Bridge("xbr701", "eth1", 701))
    subject = SimulatedSubject(HostDriver(None, XEN), (bridge, _guest(LARGER)), (_guest(PLAIN),))  # type: ignore[arg-type]
    device = Dom0(_HOST.host, "image", lambda experiment, what, thing: None)
    subject.device = device
    subject.look_at = lambda: (dict(device.guests), dict(device.links), dict(device.disks), device.fence)
    subject.theirs = (bridge, _guest(replace(LARGER, uuid=f"{'f' * 8}{LARGER.uuid[8:]}"), "theirs"))
    subject.faults |= {Broken.PARTIAL}
    yield subject


@contextmanager
def deployer() -> Iterator[SimulatedSubject]:
    node = "x1.lille.test"
    wanted = [
        Resource(Address("deployment", "exp", "x1.lille"), _SITE, Deployment(node, name, 1, "root"))
        for name in ("debian-xen", "debian-min")
    ]
    subject = SimulatedSubject(KadeployDriver({}), (wanted[0],), (wanted[1],))
    device = Deployer("lille", {node: Node()}, subject.later, lambda *boot: None, lambda name: False, lambda name: 90.0)
    subject.device = device
    subject.look_at = lambda: dict(device.nodes)
    subject.fenced, subject.keeps_released = False, True
    subject.faults = frozenset({Broken.SILENT, Broken.GARBAGE})
    yield subject


SUBJECTS: Mapping[str, Callable[[], AbstractContextManager[SimulatedSubject]]] = {
    "simulated-switch": switch,
    "simulated-host": host,
    "simulated-deployer": deployer,
}
