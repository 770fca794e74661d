"""The running lab: devices behind their servers, their state on disk, and the answers to `reconciler lab`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any

from reconciler.lab import control
from reconciler.lab.addresses import Device
from reconciler.lab.contacts import LabContact, render_site_tree, render_yaml
from reconciler.lab.counters import Counters
from reconciler.lab.documents import Inventory, read_inventory
from reconciler.lab.faults import Break, apply_fault
from reconciler.lab.images import all_environments, all_images
from reconciler.lab.keys import complete_keys
from reconciler.lab.listening import listen
from reconciler.lab.making import Terms
from reconciler.lab.persistence import Folder, Settings
from reconciler.lab.report import report_history, report_reach, report_status
from reconciler.lab.world import LabWorld
from reconciler.model.errors import Refused

EVERY_S = 0.15


class Saver:
    """``mark`` what has changed; a device that only counted something is found without that."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._changed: set[Device] = set()
        self._counted: dict[Device, Counters] = {}

    def mark(self, device: Device) -> None:
        self._changed.add(device)

    def load(self, world: LabWorld) -> None:
        """Give every device the state it had.

        Raises:
            Refused: a state is not one of that device.
        """
        for device, emulated in world.devices.items():
            text = self._folder.read_device(device)
            try:
                if text is not None:
                    emulated.load(text)
            except (ValueError, KeyError, TypeError) as error:
                raise Refused(f"{device}: unreadable state ({error}); run `reconciler lab reset`") from None
            self._counted[device] = emulated.counters

    def save(self, world: LabWorld) -> None:
        for device, emulated in world.devices.items():
            counters = emulated.counters
            if device in self._changed or self._counted.get(device) != counters:
                self._folder.write_device(device, emulated.dump())
                self._counted[device] = counters
        self._changed.clear()

    def save_all(self, world: LabWorld) -> None:
        self._changed |= world.devices.keys()
        self.save(world)

    async def keep_saving(self, world: LabWorld) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self.save(world)


class Service:
    """Everything that one lab folder says, brought to life."""

    def __init__(self, folder: Folder) -> None:
        settings = folder.read_settings()
        if settings is None:
            raise Refused(f"no lab in {folder.root}; run `reconciler lab start`")
        self._folder = folder
        self._settings: Settings = settings
        self._inventory = read_inventory(folder.read_documents())
        self._running = AsyncExitStack()
        self._contacts: tuple[LabContact, ...] = ()
        self._world: LabWorld | None = None

    async def open(self) -> None:
        """Answer on every device's address, then on the control socket."""
        await self._open_devices()
        self._control = await control.serve(self._folder.socket, self._answer)

    async def close(self) -> None:
        """Save all states and let every connection go."""
        self._folder.socket.unlink(missing_ok=True)
        await self._running.aclose()

    async def _open_devices(self) -> None:
        saver = Saver(self._folder)
        documents = self._inventory.environments
        images, environments = all_images(documents), all_environments(documents)
        terms = Terms(self._settings.seed, self._settings.fast, images, environments)
        world = LabWorld(self._inventory, terms, saver.mark)
        saver.load(world)
        world.network.forget()
        keys = complete_keys(self._folder.read_keys(), world.devices)
        self._folder.write_keys(keys)
        self._running.callback(saver.save_all, world)
        listening = await listen(world, keys, self._folder, self._settings.shift)
        self._running.push_async_callback(listening.close)
        self._running.push_async_callback(_end, asyncio.create_task(saver.keep_saving(world)))
        self._world, self._contacts = world, listening.contacts
        self._settings = replace(self._settings, shift=listening.shift)
        self._folder.write_settings(self._settings)
        self._folder.write_contacts(self._contacts, _render_sites(self._inventory, self._contacts))

    async def _answer(self, command: str, arguments: Mapping[str, Any]) -> object:
        if self._world is None:
            raise Refused("the lab is being reset; try again")
        match command:
            case "status":
                about = {"running": True, "pid": os.getpid(), "state": str(self._folder.root)}
                about |= {"sites": [site.metadata.name for site in self._inventory.sites]}
                about |= {"seed": self._settings.seed, "fast": self._settings.fast}
                return {**about, **report_status(self._world, self._contacts)}
            case "reach":
                return report_reach(self._world)
            case "history":
                return report_history(self._world)
            case "break":
                return apply_fault(self._world, Break(**arguments))
            case "reset":
                return await self._reset()
        raise Refused(f"the running lab does not know `{command}`; run `reconciler lab stop`, then start it again")

    async def _reset(self) -> str:
        """Every device anew, on the same address with the same key."""
        self._world = None
        await self._running.aclose()
        self._folder.forget_devices()
        await self._open_devices()
        return "reset"


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _render_sites(inventory: Inventory, contacts: tuple[LabContact, ...]) -> Mapping[str, str]:
    by_device: dict[Device, LabContact] = {contact.key: contact for contact in contacts}
    return {name: render_yaml(render_site_tree(tree, by_device)) for name, tree in inventory.trees.items()}
