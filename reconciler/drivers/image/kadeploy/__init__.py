"""Images on nodes, put there by a Kadeploy 3 server over its REST interface."""

from reconciler.drivers.image.kadeploy.driver import KadeployDriver as DRIVER

__all__ = ["DRIVER"]
