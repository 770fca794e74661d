"""Nodes, addresses and VLAN ids, held in the store's books."""

from reconciler.drivers.lease.driver import LeaseDriver as DRIVER

__all__ = ["DRIVER"]
