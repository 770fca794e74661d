"""`xl network-attach`, `network-detach` and `network-list`."""

from __future__ import annotations

from dataclasses import replace

from reconciler.lab.host.call import Call
from reconciler.lab.host.devices import VirtualNic, parse_vif
from reconciler.lab.host.domain import LabDomain
from reconciler.lab.host.toolstack import Toolstack, vif_name


async def attach(tools: Toolstack, call: Call) -> int:
    """Without the bridge it fails, and leaves the broken interface in the domain's configuration, as xl 4.17 does."""
    domain = tools.find(call, call.arguments[0]) if call.arguments else None
    if domain is None:
        return 1
    nic = VirtualNic()
    for word in call.arguments[1:]:
        nic, complaints = parse_vif(word, nic)
        if complaints:
            return call.fail("\n".join(complaints))
    await tools.pace.spend("attach")
    nic = tools.with_mac(replace(nic, devid=domain.next_devid))
    config = replace(domain.config, nics=(*domain.config.nics, nic))
    tools.hypervisor.put(replace(domain, config=config, next_devid=domain.next_devid + 1))
    if not tools.plug(domain.id, nic):
        call.complain(tools.script_failure(nic))
        where = f"libxl: error: libxl_device.c:1481:device_addrm_aocomplete: Domain {domain.id}:"
        return call.fail(f"{where}Unable to add vif with id {nic.devid}\nlibxl_device_nic_add failed.")
    return 0


async def detach(tools: Toolstack, call: Call) -> int:
    """By number or MAC."""
    if len(call.arguments) != 2:
        return call.fail("'xl network-detach' requires at least 2 arguments.\n", 1)
    name, device = call.arguments
    domain = tools.find(call, name)
    if domain is None:
        return 1
    nic = _find(domain, device)
    if nic is None:
        return call.fail(f"Unknown device {device}.")
    await tools.pace.spend("attach")
    broken = tools.links.get(vif_name(domain.id, nic.devid)) is None
    tools.unplug(domain.id, nic)
    remaining = tuple(other for other in domain.config.nics if other != nic)
    tools.hypervisor.put(replace(domain, config=replace(domain.config, nics=remaining)))
    if broken:
        call.complain(tools.script_failure(nic, "offline"))
    return 0


def _find(domain: LabDomain, device: str) -> VirtualNic | None:
    for nic in domain.config.nics:
        if device.lower() == nic.mac or device == str(nic.devid):
            return nic
    return None


async def show(tools: Toolstack, call: Call) -> int:
    heading = f"{'Idx':<3} {'BE':<2} {'Mac Addr.':<17} {'handle':<6} {'state':<5} {'evt-ch':<6}"
    call.say(f"{heading} {'tx-':>5}/{'rx-ring-ref':<5} {'BE-path':<30}\n")
    for name in call.arguments:
        domain = tools.find(call, name)
        if domain is None:
            return 1
        for nic in domain.config.nics:
            state = 4 if tools.links.get(vif_name(domain.id, nic.devid)) else 2
            path = f"/local/domain/0/backend/vif/{domain.id}/{nic.devid}"
            rings = f"{520 + 514 * nic.devid:5d}/{521 + 514 * nic.devid:<11d}"
            call.say(f"{nic.devid:<3d} {0:<2d} {nic.mac}{nic.devid:6d} {state:5d} {-1:6d} {rings} {path:<30}\n")
    return 0
