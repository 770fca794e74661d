"""A tap device in a network namespace, held open by whoever runs the virtual machine behind it."""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.live.xen.process import run

_CLONE_NEWNET = 0x40000000
_TUNSETIFF = 0x400454CA
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000


@dataclass(frozen=True, slots=True)
class Tap:
    """Where a node's second interface comes out: device ``name`` in the network namespace ``netns``.

    It appears when the node starts and is gone when the node is: the device is not persistent.
    """

    netns: str
    name: str

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Make the device, up, and give its file descriptor for the virtual machine to inherit."""
        descriptor = _open_in(self.netns, self.name)
        try:
            run("ip", "-n", self.netns, "link", "set", "dev", self.name, "up")
            yield descriptor
        finally:
            os.close(descriptor)


def _open_in(netns: str, name: str) -> int:
    """Enter the namespace in a thread that ends there, so that no code of ours can be left in it."""
    results: list[int | OSError] = []

    def enter_and_open() -> None:
        try:
            space = os.open(f"/run/netns/{netns}", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(space, _CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), f"cannot enter the network namespace {netns}")
            finally:
                os.close(space)
            device = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI))
            results.append(device)
        except OSError as error:
            results.append(error)

    thread = threading.Thread(target=enter_and_open)
    thread.start()
    thread.join()
    (result,) = results
    if isinstance(result, OSError):
        raise result
    return result
