"""Switches that speak OpenConfig over NETCONF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.drivers.switch.driver import SwitchDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> SwitchDriver[Any, Any, Any]:
    from reconciler.drivers.switch.driver import LOCK_PATIENCE_S, SwitchDriver
    from reconciler.drivers.switch.netconf import NetconfSessions
    from reconciler.drivers.switch.openconfig.dialect import OpenConfig

    sessions = NetconfSessions(connections.netconf)
    return SwitchDriver(sessions, OpenConfig(), LOCK_PATIENCE_S, connections.clock, connections.pause)
