"""One booted node for all tests of this folder, with its tap in a network namespace of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.live.requirements import lacking, require
from tests.live.xen.build import Image, image
from tests.live.xen.node import Node, running_node
from tests.live.xen.packages import NoPackages
from tests.live.xen.process import run
from tests.live.xen.tap import Tap

PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "mmdebstrap": "mmdebstrap",
    "mksquashfs": "squashfs-tools",
    "cpio": "cpio",
    "depmod": "kmod",
    "ssh": "openssh-client",
    "setpriv": "util-linux",
    "ip": "iproute2",
}


@pytest.fixture(scope="session")
def xen_image() -> Image:
    """What nodes boot from; skips where it cannot be built."""
    require(PROGRAMS)
    try:
        return image()
    except NoPackages as error:
        lacking(str(error))
        raise


@pytest.fixture(scope="session")
def netns() -> Iterator[str]:
    """A network namespace for the far ends of nodes' taps."""
    require(PROGRAMS)
    name = f"xr{os.getpid()}-xen"
    run("ip", "netns", "add", name)
    try:
        run("ip", "-n", name, "link", "set", "dev", "lo", "up")
        yield name
    finally:
        run("ip", "netns", "del", name)


@pytest.fixture(scope="session")
def node(xen_image: Image, netns: str) -> Iterator[Node]:
    """A Xen node called x1, its trunk interface eth1 behind the tap x1-eth1."""
    with running_node(xen_image, "x1", tap=Tap(netns, "x1-eth1")) as booted:
        yield booted
