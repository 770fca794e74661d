"""The NETCONF driver on the lab's switch, without the network in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.resource import Resource
from reconciler.resources.switch import EdgePort, SwitchSlice
from tests.contract.subject import Fault
from tests.drivers.fence import FENCE
from tests.drivers.switch.openconfig.memory import Fault as RpcFault
from tests.drivers.switch.openconfig.memory import MemoryPool
from tests.drivers.switch.openconfig.simulator import SPECS, driver_on, tag

HOST = "sw-1.lille"
ENDPOINT = Endpoint("openconfig", HOST)


def resource(spec: SwitchSlice, experiment: str = "exp") -> Resource[Any]:
    return Resource(Address("switch", experiment, HOST), ENDPOINT, spec)


class Switch:
    endpoint = ENDPOINT
    resources = (resource(SPECS[0]),)
    changed = (resource(SPECS[1]),)
    faults = frozenset({Fault.SILENT, Fault.LOST_REPLY})
    fenced = True
    keeps_released = False

    def __init__(self) -> None:
        self._pool = MemoryPool()
        self._device = self._pool.device(HOST)

    def driver(self) -> SwitchDriver[Any, Any, Any]:
        """Another process: its sessions are its own; those of earlier ones have ended."""
        for session in self._pool.sessions.values():
            if session.alive:
                session.close()
        self._pool = MemoryPool(devices=self._pool.devices, faults=self._pool.faults, runner=self._pool.runner)
        return driver_on(self._pool)

    def snapshot(self) -> object:
        return self._device.running_xml(), self._device.startup_xml()

    def break_(self, fault: Fault) -> None:
        operations = {Fault.SILENT: ("get-config", "lock"), Fault.LOST_REPLY: ("commit",)}[fault]
        kind = {Fault.SILENT: "silent", Fault.LOST_REPLY: "lost"}[fault]
        count = 1 if fault is Fault.LOST_REPLY else 0  # the confirming commit, not the one on trial
        self._pool.faults[:] = [RpcFault(operation, count, kind) for operation in operations]

    def mend(self) -> None:
        self._pool.faults.clear()

    def wait(self, seconds: float) -> None:
        raise AssertionError("a switch has done what it answered")

    def intrude(self) -> Resource[Any]:
        theirs = resource(SwitchSlice((EdgePort("e1", tag(1, "theirs"), access=730),), parked=100), "theirs")
        driver = self.driver()
        list(driver.apply(ENDPOINT, [driver.plan(Change(theirs, None, theirs.spec))], FENCE))
        return self.resources[0]


@contextmanager
def switch() -> Iterator[Switch]:
    yield Switch()


SUBJECTS = {"lab-switch": switch}
