"""What the lab says about itself, as plain JSON: for people, and for tests that want proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from reconciler.lab.addresses import Device
from reconciler.lab.contacts import LabContact
from reconciler.lab.counters import Counters, total
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.host.host import LabHost
from reconciler.lab.network import Member
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.effective import ALL, PortState
from reconciler.lab.world import Emulated, LabWorld

Json = Mapping[str, Any]


def report_status(world: LabWorld, contacts: Iterable[LabContact]) -> Json:
    """Counters in total and for each device, what is broken, and what was not there at first."""
    devices = world.devices
    return {
        "totals": asdict(total(emulated.counters for emulated in devices.values())),
        "devices": [_report_device(world, contact, devices[contact.key]) for contact in contacts],
    }


def report_reach(world: LabWorld) -> Sequence[Json]:
    """Groups of machines, and of nodes' own interfaces, that see each other now."""
    world.look()
    groups = world.network.groups()
    return [
        {
            "vms": [_report_member(member) for member in group if member.uuid],
            "interfaces": [_report_member(member) for member in group if not member.uuid],
        }
        for group in groups
    ]


def report_history(world: LabWorld) -> Sequence[Json]:
    """Groups of machines that ever saw each other, without those that a later or larger group contains.

    A node's interface is among them, by the mark on its port, while that port has one.
    """
    world.look()
    return [
        {
            "sequence": seen.sequence,
            "seconds": seen.seconds,
            "vms": [_report_key(key) for key in sorted(seen.members)],
        }
        for seen in world.network.history()
    ]


def _report_device(world: LabWorld, contact: LabContact, emulated: Emulated) -> Json:
    return {
        "endpoint": contact.endpoint,
        "kind": str(contact.kind),
        "address": contact.address,
        "port": contact.port,
        "counters": _report_counters(emulated.counters),
        "faults": _report_faults(emulated),
        "leftovers": _report_leftovers(world, contact.key, emulated),
    }


def _report_faults(emulated: Emulated) -> Sequence[str]:
    match emulated:
        case SwitchDevice():
            waiting = [str(fault.kind) for fault in emulated.faults.waiting]
            return [*waiting, "offline"] if emulated.offline else waiting
        case LabHost():
            return [*emulated.faults.kinds, *([] if emulated.powered else ["power off"])]
        case LabDeployer():
            return list(emulated.faults.kinds)


def _report_leftovers(world: LabWorld, device: Device, emulated: Emulated) -> Json:
    """By sort.  A deployer keeps none: a node's image stays until the next one."""
    match emulated:
        case SwitchDevice():
            changed = world.ports_changed(device)
            return {"ports": {port: _report_port(state) for port, state in changed.items()}}
        case LabHost():
            first = {"lo", *(name for name, _, _ in emulated.interfaces)}
            first |= {bridge for _, _, bridge in emulated.interfaces if bridge}
            return {
                "domains": [domain.config.name for domain in emulated.domains],
                "links": [link.name for link in emulated.links if link.name not in first],
                "files": [path for path in emulated.files.written if not _keeps_order(path)],
            }
        case LabDeployer():
            return {}


def _keeps_order(path: str) -> bool:
    """Files that scripts take turns by, or by which late ones are kept out, stay until the node has another image."""
    return (path.startswith("/run/") and path.endswith(".lock")) or path == "/var/lib/reconciler/fence"


def _report_port(state: PortState) -> Json:
    return {
        "up": state.up,
        "untagged": state.untagged,
        "tagged": "all" if len(state.tagged) >= len(ALL) - 1 else sorted(state.tagged),
        "pushes": [{"sVlan": push.s_vlan, "cVlans": sorted(push.c_vlans)} for push in state.pushes],
        "description": state.description,
    }


def _report_member(member: Member) -> Json:
    return {"name": member.name, "host": member.host, "mac": member.mac} | (
        {"uuid": member.uuid} if member.uuid else {}
    )


def _report_key(key: str) -> Json:
    name, _, rest = key.rpartition("@")  # a mark may hold anything
    host, _, mac = rest.partition("/")
    return {"name": name, "host": host, "mac": mac}


def _report_counters(counters: Counters) -> Json:
    """``asdict`` cannot copy read-only mappings."""
    values = {field.name: getattr(counters, field.name) for field in fields(counters)}
    return {name: value if isinstance(value, int) else dict(value) for name, value in values.items()}
