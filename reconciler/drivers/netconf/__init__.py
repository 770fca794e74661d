"""Switches that speak NETCONF."""

from reconciler.drivers.netconf.driver import NetconfDriver as DRIVER

__all__ = ["DRIVER"]
