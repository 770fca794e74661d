"""For the contract suite: the driver on a switch in memory, and slices to lead it through."""

from __future__ import annotations

from dataclasses import replace

from reconciler.drivers.switch.lines.dialect import Lines, LinesDialect
from reconciler.drivers.switch.lines.sessions import LineSessions
from tests.drivers.switch.lines.switch import PRODUCTION, LineSwitch

from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel

KIND = "switch"
ENDPOINT = "sw-1.lille"


def tag(number: int) -> str:
    return f"xr:v1:lille:exp:{number:08x}"


_SHARED = ((Carried("lag1", (701, 702)), Carried("wan", (1000,))), (), PRODUCTION)

SPECS = (
    SwitchSlice((EdgePort("e1", tag(1), access=701),), *_SHARED),
    SwitchSlice((EdgePort("e1", tag(1), access=702), EdgePort("e2", tag(2), trunk=(701, 702))), *_SHARED),
    SwitchSlice((EdgePort("e2", tag(2), trunk=(701,)), EdgePort("e3", tag(3), access=703, up=False)), *_SHARED),
)

VARIED = {
    "switch": {
        "ports.port": replace(SPECS[0], ports=(EdgePort("e2", tag(1), access=701),)),
        "ports.access": replace(SPECS[0], ports=(EdgePort("e1", tag(1), access=702),)),
        "ports.trunk": replace(SPECS[0], ports=(EdgePort("e1", tag(1), trunk=(701, 702)),)),
        "carried.port": replace(SPECS[0], carried=(Carried("wan", (701, 702, 1000)),)),
        "tunnels": replace(SPECS[0], tunnels=(Tunnel("e3", 1000, (701,)),)),
    }
}
UNSEEN = {
    "switch": {
        "parked": "it says where a port goes that is given back, and shows on no port before",
        "tunnels": "the dialect has no tunnels: the plan refuses them, and says what to do instead",
    }
}


def make() -> SwitchDriver[str, str, Lines]:
    return SwitchDriver(LineSessions(LineSwitch()), LinesDialect())
