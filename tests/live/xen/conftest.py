"""One booted node for all tests of this folder, with its tap in a network namespace of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.model.resource import Resource
from tests.live.requirements import require
from tests.live.xen.bench import BRIDGE, OTHER_BRIDGE, Bench, domain
from tests.live.xen.build import Image
from tests.live.xen.node import Node, running_node
from tests.live.xen.packages import PROGRAMS
from tests.live.xen.process import run
from tests.live.xen.tap import Tap


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


@pytest.fixture(scope="module")
def bench(node: Node) -> Iterator[Bench]:
    bench = Bench(node)
    try:
        yield bench
    finally:
        bench.remove(domain(0), domain(1), BRIDGE, OTHER_BRIDGE)
        bench.close()


@pytest.fixture
def guests(bench: Bench) -> tuple[Resource[Any], ...]:
    """Two guests as wanted, whatever a test before did to them."""
    wanted = (BRIDGE, domain(0), domain(1))
    bench.settle(*wanted)
    return wanted
