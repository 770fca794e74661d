"""Nodes, addresses and VLAN ids, held in the state database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.allocations.driver import AllocationsDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> AllocationsDriver:
    from reconciler.drivers.allocations.driver import AllocationsDriver, Ledger

    if not isinstance(connections.ledger, Ledger):
        raise TypeError(f"{connections.ledger!r} is no ledger")
    return AllocationsDriver(connections.ledger)
