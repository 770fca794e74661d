"""For the contract suite: the driver on switches in memory, and slices to lead them through."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from lxml import etree

from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.drivers.switch.netconf import NetconfEdit, NetconfSessions, Pool
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.switch.openconfig.memory import MemoryPool

KIND = "switch"
ENDPOINT = "sw-1.lille"


def tag(number: int, experiment: str = "exp") -> str:
    return f"xr:v1:lille:{experiment}:{number:08x}"


_SHARED = ((Carried("up", (701, 702)), Carried("wan", (1000,))), (Tunnel("uni", 1000, (701,)),), 100)

SPECS = (
    SwitchSlice((EdgePort("e1", tag(1), access=701),), *_SHARED),
    SwitchSlice((EdgePort("e1", tag(1), access=702), EdgePort("e2", tag(2), trunk=(701, 702))), *_SHARED),
    SwitchSlice((EdgePort("e2", tag(2), trunk=(701,)), EdgePort("e3", tag(3), access=702)), *_SHARED),
)

VARIED = {
    "switch": {
        "ports.port": replace(SPECS[0], ports=(EdgePort("e2", tag(1), access=701),)),
        "ports.access": replace(SPECS[0], ports=(EdgePort("e1", tag(1), access=702),)),
        "ports.trunk": replace(SPECS[0], ports=(EdgePort("e1", tag(1), trunk=(701, 702)),)),
        "carried.port": replace(SPECS[0], carried=(Carried("uni", (701, 702)), Carried("wan", (1000,)))),
        "tunnels.port": replace(SPECS[0], tunnels=(Tunnel("e3", 1000, (701,)),)),
    }
}
UNSEEN = {"switch": {"parked": "it says where a port goes that is given back, and shows on no port before"}}


Driver: TypeAlias = SwitchDriver[etree._Element, etree._Element, NetconfEdit]


def driver_on(
    pool: Pool,
    patience_s: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Driver:
    return SwitchDriver(NetconfSessions(pool), OpenConfig(), patience_s, clock, pause)


def make() -> Driver:
    return driver_on(MemoryPool())
