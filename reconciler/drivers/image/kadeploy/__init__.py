"""Images on nodes, put there by a Kadeploy 3 server over its REST interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.image.kadeploy.driver import KadeployDriver
    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> KadeployDriver:
    from reconciler.drivers.image.kadeploy.deployer import Deployer
    from reconciler.drivers.image.kadeploy.driver import KadeployDriver

    deployers = {
        site: Deployer(service.url, service.user, service.options["headerPrefix"], service.password)
        for site, service in connections.services.get("kadeploy", {}).items()
    }
    # a run that is asked to stop no longer follows images on their way: the next run finds them
    return KadeployDriver(deployers, clock=connections.clock, sleep=connections.pause)
