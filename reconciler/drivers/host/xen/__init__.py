"""The nodes over SSH: the image they run, the bridges on them, and virtual machines on Xen, driven with ``xl``."""

from reconciler.drivers.host.xen.driver import XenDriver as DRIVER

__all__ = ["DRIVER"]
