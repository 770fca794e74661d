"""Sessions with emulated switches in memory: the lab's own switch, without the SSH in between."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from lxml import etree

from reconciler.drivers.switch.openconfig.interfaces import NETCONF
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.roster import SwitchLink
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.model.errors import Rejected, Unreachable
from reconciler.transport.errors import HeldLock

PORTS = ("e1", "e2", "e3", "up", "uni", "wan")
CAPABILITIES = frozenset({":candidate", ":confirmed-commit", ":startup", ":rollback-on-error"})


@dataclass
class Fault:
    """What becomes of the n-th call of an operation: ``lost`` is done and not answered, ``silent`` is not done."""

    operation: str
    count: int = 0
    kind: str = "lost"


class MemorySession:
    def __init__(self, pool: MemoryPool, device: SwitchDevice) -> None:
        self._pool, self._device = pool, device
        self.alive = True
        self._id = device.open_session(SwitchLink("test", self._cut, lambda event: None))
        assert self._id is not None, "the switch carries no more sessions"

    @property
    def id(self) -> str:
        return str(self._id)

    def supports(self, capability: str) -> bool:
        return capability in self._pool.capabilities

    def get_config(self, source: str, subtree: etree._Element) -> etree._Element:
        operation = _operation("get-config")
        _store(operation, "source", source)
        etree.SubElement(operation, f"{{{NETCONF}}}filter", type="subtree").append(subtree)
        data = self._call(operation)
        assert data is not None
        return data

    def lock(self, target: str) -> None:
        try:
            self._call(_store(_operation("lock"), "target", target))
        except Rejected as error:
            holder = re.search(r"session (\d+)", str(error))
            raise HeldLock(str(error), holder[1] if holder else "") from None

    def unlock(self, target: str) -> None:
        self._call(_store(_operation("unlock"), "target", target))

    def discard(self) -> None:
        self._call(_operation("discard-changes"))

    def edit(self, config: etree._Element) -> None:
        operation = _store(_operation("edit-config"), "target", "candidate")
        operation.append(config)
        self._call(operation)

    def commit(self, *, confirm_s: int | None = None) -> None:
        operation = _operation("commit")
        if confirm_s is not None:
            etree.SubElement(operation, f"{{{NETCONF}}}confirmed")
            etree.SubElement(operation, f"{{{NETCONF}}}confirm-timeout").text = str(confirm_s)
        self._call(operation)

    def cancel_commit(self) -> None:
        self._call(_operation("cancel-commit"))

    def copy(self, source: str, target: str) -> None:
        operation = _store(_operation("copy-config"), "target", target)
        self._call(_store(operation, "source", source))

    def kill(self, session_id: str) -> None:
        operation = _operation("kill-session")
        etree.SubElement(operation, f"{{{NETCONF}}}session-id").text = session_id
        self._call(operation)

    def close(self) -> None:
        self._cut()
        self._device.end_session(self._id)

    def vanish(self) -> None:
        """Gone for us; the switch has not noticed, and keeps what the session holds."""
        self.alive = False

    def _cut(self) -> None:
        self.alive = False

    def _call(self, operation: etree._Element) -> etree._Element | None:
        assert self.alive, "a session that ended was asked for something"
        name = etree.QName(operation).localname
        self._device.count_rpc(name)
        fault = self._pool.take_fault(name)
        if fault is not None and fault.kind == "silent":
            self.close()
            raise Unreachable(f"no answer to {name}")
        if fault is not None and fault.kind == "ignored":
            return None
        sent = etree.fromstring(etree.tostring(operation))  # what crosses the wire is text
        try:
            reply = self._pool.runner.run(_in_loop(self._device, self._id, sent))
        except RpcFailure as error:
            raise Rejected(f"{name} was refused: {error}") from None
        if fault is not None:
            self.close()
            raise Unreachable(f"no answer to {name}")
        return reply


@dataclass
class MemoryPool:
    """One switch for each host that is asked for."""

    production: int | None = 100
    capabilities: frozenset[str] = CAPABILITIES
    devices: dict[str, SwitchDevice] = field(default_factory=dict)
    sessions: dict[str, MemorySession] = field(default_factory=dict)
    suspects: dict[str, set[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def device(self, host: str) -> SwitchDevice:
        if host not in self.devices:
            self.devices[host] = SwitchDevice(host, PORTS, production=self.production)
        return self.devices[host]

    def session(self, host: str) -> MemorySession:
        found = self.sessions.get(host)
        if found is None or not found.alive:
            found = self.sessions[host] = MemorySession(self, self.device(host))
        return found

    def drop(self, host: str, *, doubtful: bool) -> None:
        session = self.sessions.pop(host, None)
        if doubtful:
            self.suspects.setdefault(host, set()).update([session.id] if session else [])
        if session is not None and session.alive:
            session.close()

    def doubtful(self, host: str) -> bool:
        return host in self.suspects

    def settle(self, host: str) -> None:
        self.suspects.pop(host, None)

    def given_up(self, host: str) -> frozenset[str]:
        return frozenset(self.suspects.get(host, ()))

    def take_fault(self, operation: str) -> Fault | None:
        for fault in self.faults:
            if fault.operation == operation:
                if fault.count == 0:
                    self.faults.remove(fault)
                    return fault
                fault.count -= 1
        return None

    def another(self, host: str) -> MemorySession:
        """A session of somebody else."""
        return MemorySession(self, self.device(host))


async def _in_loop(device: SwitchDevice, session_id: int, operation: etree._Element) -> etree._Element | None:
    return device.perform(session_id, operation).data


def _operation(name: str) -> etree._Element:
    return etree.Element(f"{{{NETCONF}}}{name}", nsmap={None: NETCONF})


def _store(operation: etree._Element, role: str, name: str) -> etree._Element:
    etree.SubElement(etree.SubElement(operation, f"{{{NETCONF}}}{role}"), f"{{{NETCONF}}}{name}")
    return operation
