"""The nodes over SSH: the image they run, the bridges on them, and virtual machines on Xen, driven with ``xl``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.host.xen.driver import XenDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> XenDriver:
    from reconciler.drivers.host.xen.driver import XenDriver

    return XenDriver(connections.ssh)
