"""For the contract suite: the driver on a switch in memory, and slices to lead it through."""

from __future__ import annotations

from reconciler.drivers.switch.lines.dialect import Lines, LinesDialect
from reconciler.drivers.switch.lines.sessions import LineSessions
from tests.drivers.switch.lines.switch import PRODUCTION, LineSwitch

from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice

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


def make() -> SwitchDriver[str, str, Lines]:
    return SwitchDriver(LineSessions(LineSwitch()), LinesDialect())
