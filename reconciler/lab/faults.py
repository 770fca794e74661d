"""`lab break`: what a person can do to a device, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.lab.addresses import Device, Kind
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.host.host import LabHost
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.world import LabWorld
from reconciler.model.errors import Refused

CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Break:
    """``count``: how often it strikes, None until cleared.  ``arguments`` are the words after the fault's name."""

    sort: str
    device: str
    fault: str
    arguments: Sequence[str] = ()
    count: int | None = None
    delay_s: float = 0.0


def apply_fault(world: LabWorld, request: Break) -> str:
    """Break or mend the device; the answer says what was done.

    Raises:
        Refused: no such device or fault, or the device cannot do it; the message says which there are.
    """
    device = find_device(world, request.sort, request.device)
    found = world.devices[device]
    try:
        match found:
            case SwitchDevice():
                _break_switch(found, request)
            case LabHost():
                _break_host(found, request)
            case LabDeployer():
                _break_deployer(found, request)
    except (ValueError, KeyError, RpcFailure) as error:
        raise Refused(f"{device}: {error}") from None
    words = " ".join((request.fault, *request.arguments))
    return f"{device} is repaired." if request.fault == CLEAR else f"{device}: {words}."


def find_device(world: LabWorld, sort: str, name: str) -> Device:
    """The device of that name; the site may be left out where only one has it."""
    of_kind = [device for device in world.devices if device.kind is Kind(sort)]
    found = [device for device in of_kind if name in (str(device), device.name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(f"{name} is {' or '.join(map(str, found))}; name the site too")
    raise Refused(f"no {sort} {name} in the lab; there are {_some(sorted(map(str, of_kind)))}")


def _break_switch(switch: SwitchDevice, request: Break) -> None:
    match request.fault, *request.arguments:
        case [str(fault)] if fault == CLEAR:
            switch.repair()
        case ["move-port", str(port), str(vlan)]:
            switch.move_port(port, int(vlan))
        case ["move-port", *_]:
            raise ValueError("move-port takes a port and a VLAN id")
        case [str(fault)]:
            switch.break_(fault, count=request.count, delay_s=request.delay_s)
        case [str(fault), str(rpc)]:
            switch.break_(fault, count=request.count, delay_s=request.delay_s, rpc=rpc)
        case _:
            raise ValueError("a fault takes at most the name of the operation it strikes")


def _break_host(host: LabHost, request: Break) -> None:
    match request.fault, *request.arguments:
        case [str(fault)] if fault == CLEAR:
            host.mend()
        case [str(fault), *arguments] if len(arguments) <= 1:
            host.break_(fault, *arguments, count=request.count, delay_s=request.delay_s or 1.0)
        case _:
            raise ValueError("a fault takes at most one word more: the domain or the image")


def _break_deployer(deployer: LabDeployer, request: Break) -> None:
    if request.fault == CLEAR:
        deployer.mend()
    else:
        deployer.break_(request.fault, *request.arguments, count=request.count, delay_s=request.delay_s)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
