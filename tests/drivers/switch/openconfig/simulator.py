"""For the contract suite: the driver on switches in memory, and slices to lead them through."""

from __future__ import annotations

from reconciler.drivers.switch.openconfig.driver import NetconfDriver
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


def make() -> NetconfDriver:
    return NetconfDriver(MemoryPool())
