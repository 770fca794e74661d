"""Nodes, addresses and VLAN ids, held in the store's books."""

from reconciler.drivers.allocations.driver import LeaseDriver as DRIVER

__all__ = ["DRIVER"]
