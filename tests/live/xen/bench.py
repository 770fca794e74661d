"""The Xen driver on a real node, and the calls that the loop makes of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.outcome import Failed, Outcome, Waiting
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.transport.contact import Contact
from reconciler.transport.ssh import SshPool
from tests.drivers.fence import FENCE
from tests.live.xen.node import Node
from tests.live.xen.rootfs import FINGERPRINT, FINGERPRINT_FILE, GUEST_KERNEL, GUEST_RAMDISK

HOST = Endpoint("xen", "x1.live")
QUICK = "console=hvc0 quiet nokaslr cryptomgr.notests mitigations=off"


def resource(kind: str, name: str, spec: Any) -> Resource[Any]:
    return Resource(Address(kind, "exp", name), HOST, spec)


IMAGE = resource("host", "x1", Host(FINGERPRINT_FILE, FINGERPRINT))
BRIDGE = resource("bridge", "xbr703", Bridge("xbr703", "eth1", 703))
OTHER_BRIDGE = resource("bridge", "xbr704", Bridge("xbr704", "eth1", 704))


def domain(number: int) -> Resource[Any]:
    spec = Domain(
        name=f"exp-web-{number}",
        uuid=f"5d1c2d1e-0000-5000-8000-{number:012d}",
        kernel=GUEST_KERNEL,
        ramdisk=GUEST_RAMDISK,
        arguments=f"{QUICK} tip=10.77.3.{number + 1}/24",
        memory_mib=128,
        vcpu_count=1,
        nics=(Nic(f"00:16:3e:4d:03:{number + 1:02x}", "xbr703"),),
    )
    return resource("domain", spec.name, spec)


class Bench:
    """The driver and the calls that the loop makes of it; ``execs`` counts scripts sent to the node."""

    def __init__(self, node: Node) -> None:
        keys = node.keys
        contact = Contact(node.address, node.port, "root", keys.host_key, str(keys.identity_file))
        self._pool = SshPool({HOST.host: contact}, connect_timeout_s=60)
        self.driver = HostDriver(self, XEN)
        self.execs = 0

    def run(self, host: str, script: str, *, deadline_s: float) -> Any:
        self.execs += 1
        return self._pool.run(host, script, deadline_s=deadline_s)

    def observe(self, *resources: Resource[Any]) -> list[Observed[Any]]:
        states = self.driver.observe(HOST, resources, FENCE)
        return [states[each.address] for each in resources]

    def apply(self, changes: Sequence[Change[Any]]) -> list[Outcome]:
        return list(self.driver.apply(HOST, [self.driver.plan(change) for change in changes], FENCE))

    def bring_about(self, *wanted: Resource[Any]) -> list[Outcome]:
        """Plan and apply whatever differs; nothing when all is as wanted."""
        changes = []
        for each, state in zip(wanted, self.observe(*wanted), strict=True):
            assert isinstance(state, (Present, Absent)), state
            before = state.spec if isinstance(state, Present) else None
            if before != each.spec:
                changes.append(Change(each, before, each.spec))
        return self.apply(changes) if changes else []

    def settle(self, *wanted: Resource[Any]) -> None:
        """Bring about and look again, as the loop does: a guest takes its time to give memory back."""
        for _ in range(15):
            outcomes = self.bring_about(*wanted)
            assert not [outcome for outcome in outcomes if isinstance(outcome, Failed)], outcomes
            if not any(isinstance(outcome, Waiting) for outcome in outcomes):
                break
            time.sleep(1)
        assert self.observe(*wanted) == [Present(each.spec) for each in wanted]

    def remove(self, *resources: Resource[Any]) -> list[Outcome]:
        states = self.observe(*resources)
        pairs = zip(resources, states, strict=True)
        return self.apply([Change(each, state.spec, None) for each, state in pairs if isinstance(state, Present)])

    def close(self) -> None:
        self._pool.close()
