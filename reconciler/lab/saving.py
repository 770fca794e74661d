"""Keeps the devices' states on disk: what has changed within a fifth of a second, everything when the lab ends."""

from __future__ import annotations

import asyncio

from reconciler.lab.addresses import Device
from reconciler.lab.counters import Counters
from reconciler.lab.persistence import Folder
from reconciler.lab.world import Testbed
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

    def load(self, world: Testbed) -> None:
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
                raise Refused(f"{device}: unreadable state ({error}); `reconciler lab reset` makes it anew") from None
            self._counted[device] = emulated.counters

    def save(self, world: Testbed) -> None:
        for device, emulated in world.devices.items():
            counters = emulated.counters
            if device in self._changed or self._counted.get(device) != counters:
                self._folder.write_device(device, emulated.dump())
                self._counted[device] = counters
        self._changed.clear()

    def save_all(self, world: Testbed) -> None:
        self._changed |= world.devices.keys()
        self.save(world)

    async def keep_saving(self, world: Testbed) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self.save(world)
