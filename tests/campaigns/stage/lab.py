"""The lab in a process of its own, and what campaigns ask of it: pictures, snapshots, lives.

``python -m tests.campaigns.stage.lab FOLDER`` says ``ready`` on standard output and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reconciler.lab.host.host import LabHost
from reconciler.lab.persistence import Folder
from reconciler.lab.report import report_reach
from reconciler.lab.service import Service
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.world import LabWorld
from reconciler.model.errors import Refused
from tests.campaigns.stage.lives import Lives, watch_lives
from tests.campaigns.stage.picture import picture_of

HARMLESS_VLAN = 3000
"""No experiment can get it."""


class StageLab(Service):
    """``picture``, ``snapshot``, ``restore`` and ``blink``, beside what every lab answers."""

    lives: Lives

    async def open(self) -> None:
        await super().open()
        self.lives = watch_lives(self.world)

    @property
    def world(self) -> LabWorld:
        if self._world is None:
            raise Refused("the lab is being reset")
        return self._world

    async def _answer(self, command: str, arguments: Mapping[str, Any]) -> object:
        match command:
            case "picture":
                return {**picture_of(self.world), "reach": report_reach(self.world), "lives": self.lives.counts()}
            case "snapshot":
                return {str(i): device.dump() for i, device in enumerate(self.world.devices.values())}
            case "restore":
                return self._restore(arguments["snapshot"])
            case "blink":
                return _blink(self.world, str(arguments["endpoint"]))
        return await super()._answer(command, arguments)

    def _restore(self, snapshot: Mapping[str, str]) -> None:
        """Every device as it was; whoever was connected is not any more, and nothing that happened counts."""
        for deployer in self.world.deployers.values():
            deployer.forget()
        for i, device in enumerate(self.world.devices.values()):
            if isinstance(device, LabHost):
                device.mend()
                device.locks.clear()
                for cut in list(device.cut):
                    cut()
            device.load(snapshot[str(i)])
            if isinstance(device, LabHost):
                device.on_change()
        self.world.network.forget()
        self.lives.forget()


def _blink(world: LabWorld, endpoint: str) -> bool:
    """Change something on a device and put it back at once; False when there is nothing of ours on it."""
    for device, host in world.hosts.items():
        if str(device) == endpoint:
            return _blink_links(host)
    for device, switch in world.switches.items():
        marked = [port for port, state in switch.port_states().items() if state.description.startswith("xr:")]
        if str(device) == endpoint and marked:
            before = switch.stores.running
            try:
                switch.move_port(marked[0], HARMLESS_VLAN)
            except RpcFailure:  # a run of ours has it locked: nobody can
                return False
            switch.stores.running = before
            switch.on_change()
            return True
    return False


def _blink_links(host: LabHost) -> bool:
    """Take a bridge's port off it, and put it back."""
    port = next((link for link in host.links if link.master.startswith("xbr")), None)
    if port is None:
        return False
    host.links.set_master(port.name, "")
    host.on_change()
    host.links.set_master(port.name, port.master)
    host.on_change()
    return True


async def _serve(folder: Folder, say: Callable[[str], None]) -> None:
    lab = StageLab(folder)
    try:
        await lab.open()
        say("ready")
        await asyncio.to_thread(sys.stdin.read)
    finally:
        await lab.close()


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # processes are killed while they are answered: no news
    asyncio.run(_serve(Folder(Path(sys.argv[1])), lambda text: print(text, flush=True)))
