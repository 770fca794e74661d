"""What a deployer does to nodes and their first ports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from reconciler.lab.addresses import Device, Kind
from reconciler.lab.deployer.requests import OperationRequest
from reconciler.lab.documents import read_inventory
from reconciler.lab.images import all_environments, all_images
from reconciler.lab.making import Terms
from reconciler.lab.world import LabWorld
from tests.lab.sites import site_text

DEPLOYER, SWITCH, NODE = (
    Device("here", Kind.DEPLOYER, "here"),
    Device("here", Kind.SWITCH, "sw"),
    Device("here", Kind.HOST, "n-1"),
)
XEN = {"kind": "database", "name": "debian-xen", "user": "root", "version": 1}


def deploy(before: Callable[[LabWorld], None] = lambda world: None) -> tuple[LabWorld, list[Device]]:
    """Deploy a Xen image on one node, to the end; the second value is who changed."""
    changed: list[Device] = []
    inventory = read_inventory({"a": site_text(deployer="kadeploy")})
    world = LabWorld(inventory, Terms(0, True, all_images([]), all_environments([])), changed.append)

    async def run() -> None:
        before(world)
        deployer = world.deployers[DEPLOYER]
        workflow = deployer.deploy("root", OperationRequest(nodes=("n-1.here.test",), environment=XEN))
        async with asyncio.timeout(10):
            while not workflow.done:
                await asyncio.sleep(0.01)

    asyncio.run(run())
    return world, changed


def test_nodes_run_the_production_image_until_one_is_deployed() -> None:
    world, changed = deploy()
    other = world.hosts[Device("here", Kind.HOST, "n-2")]
    image = world.hosts[NODE].image
    assert (image.name, image.version, image.xen) == ("debian-xen", 1, True)
    assert (other.image.name, other.image.version) == ("production", 1)
    assert {DEPLOYER, NODE} <= set(changed)


def test_a_deployment_first_takes_the_nodes_first_port_back_to_production() -> None:
    def move(world: LabWorld) -> None:
        world.switches[SWITCH].move_port("e1", 705)
        world.switches[SWITCH].move_port("e11", 706)

    world, _ = deploy(move)
    ports = world.switches[SWITCH].port_states()
    assert ports["e1"].untagged == 100
    assert ports["e11"].untagged == 706, "other interfaces are not the deployer's"


def test_a_port_that_is_in_production_is_left_alone() -> None:
    world, changed = deploy()
    assert SWITCH not in changed
    assert world.switches[SWITCH].counters.commits == 0


def test_a_site_without_a_deployer_runs_xen_from_the_start() -> None:
    world = LabWorld(read_inventory({"a": site_text()}), Terms(0, True, all_images([]), ()), lambda device: None)
    assert not world.deployers
    assert world.hosts[NODE].image.xen
