"""Switches that speak OpenConfig over NETCONF."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.switch.openconfig.driver import NetconfDriver
    from reconciler.transport.connections import Connections

LOCK_PATIENCE_S = 10.0
"""How long a look at a switch waits for whoever has it locked."""


def connect(connections: Connections) -> NetconfDriver:
    from reconciler.drivers.switch.openconfig.driver import NetconfDriver

    return NetconfDriver(connections.netconf, LOCK_PATIENCE_S, connections.pause)
