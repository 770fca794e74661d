"""Switches that speak NETCONF."""

from reconciler.drivers.switch.openconfig.driver import NetconfDriver as DRIVER

__all__ = ["DRIVER"]
