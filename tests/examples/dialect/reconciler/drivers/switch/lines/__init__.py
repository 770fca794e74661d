"""Switches with a command line, one configuration, and a timer that takes back what is not confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.drivers.switch.driver import SwitchDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> SwitchDriver[Any, Any, Any]:
    from reconciler.drivers.switch.lines.dialect import LinesDialect
    from reconciler.drivers.switch.lines.sessions import LineSessions

    from reconciler.drivers.switch.driver import LOCK_PATIENCE_S, SwitchDriver
    from reconciler.transport.ssh import SshPool

    shell = SshPool(connections.switches)
    connections.closers.append(shell.close)
    return SwitchDriver(LineSessions(shell), LinesDialect(), LOCK_PATIENCE_S, connections.clock, connections.pause)
