"""For the contract suite: the driver on a server in memory, and images to lead a node through."""

from __future__ import annotations

from reconciler.drivers.image.kadeploy.deployer import Deployer
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.resources.deployment import Deployment
from tests.drivers.image.kadeploy.server import Server

NODE = "griffon-1.lille.grid5000.fr"
KIND = "deployment"
ENDPOINT = "lille"
KEEPS_RELEASED = True
SPECS = (
    Deployment(NODE, "debian-xen", 1, "root"),
    Deployment(NODE, "debian-xen", 2, "root"),
    Deployment(NODE, "debian-min", 1, "root"),
    Deployment(NODE, "debian-xen", 1, "alice"),
)
UNSEEN = {"deployment": {"node": "another node is another resource: its name is that of the address"}}


def driver_of(server: Server, patience_s: float = 900.0) -> KadeployDriver:
    deployer = Deployer("http://kadeploy.lille:25300", "alice")
    return KadeployDriver({ENDPOINT: deployer}, server, patience_s, lambda: server.now, server.sleep)


def make() -> KadeployDriver:
    return driver_of(Server(NODE))
