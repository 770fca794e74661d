"""What a deployer does to the nodes of its site: boots them, and moves their first port between VLANs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.environment import KadeployEnvironment
from reconciler.lab.deployer.events import DEFAULT_VLAN
from reconciler.lab.host.host import LabHost
from reconciler.lab.host.image import DEPLOYMENT, HostImage
from reconciler.lab.images import deployed_image
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.rpc_error import RpcFailure

RETRY_IN_S = 0.05
TRIES = 200


@dataclass(frozen=True, slots=True)
class Machine:
    """A node, and the port of its first interface; ``switch`` is None where that is not known."""

    host: LabHost
    switch: SwitchDevice | None
    port: str
    production: int | None


def connect(
    deployer: LabDeployer,
    nodes: Iterable[tuple[str, Machine]],
    images: Collection[HostImage],
    on_change: Callable[[], None],
) -> None:
    """Let the deployer act on ``nodes``, given by the names it has for them; ``on_change`` hears of every act."""
    machines = dict(nodes)

    def deploying(node: str) -> None:
        machines[node].host.boot(DEPLOYMENT)
        on_change()

    def set_vlan(node: str, vlan: str) -> None:
        machine = machines[node]
        wanted = machine.production if vlan == DEFAULT_VLAN else int(vlan)
        if wanted is not None:
            _move(machine, wanted, TRIES)

    def deployed(node: str, environment: KadeployEnvironment) -> None:
        machines[node].host.boot(deployed_image(images, environment))
        on_change()

    deployer.events.on_deploying = deploying
    deployer.events.on_set_vlan = set_vlan
    deployer.events.on_deployed = deployed
    deployer.events.on_reboot = lambda node: machines[node].host.reboot()
    deployer.events.on_power = lambda node, on: machines[node].host.set_power(on)
    deployer.events.is_up = lambda node: machines[node].host.answering


def _move(machine: Machine, vlan: int, tries: int) -> None:
    """Another session may hold the switch's lock: the deployer's VLAN command then tries again."""
    if machine.switch is None:
        return
    state = machine.switch.port_states().get(machine.port)
    if state is None or (state.up and state.untagged == vlan and not state.tagged and not state.pushes):
        return
    try:
        machine.switch.move_port(machine.port, vlan)
    except RpcFailure:
        if tries:
            asyncio.get_running_loop().call_later(RETRY_IN_S, _move, machine, vlan, tries - 1)
