"""The nodes over SSH: the image they run, the bridges on them, and virtual machines on KVM, driven with ``virsh``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.host.driver import HostDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> HostDriver:
    from reconciler.drivers.host.kvm.hypervisor import KVM

    from reconciler.drivers.host.driver import HostDriver

    return HostDriver(connections.ssh, KVM)
