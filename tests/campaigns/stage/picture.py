"""Everything that the lab's devices hold, as plain JSON in comparable form: no numbers that count the past."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from reconciler.lab.host.domain import LabDomain
from reconciler.lab.host.host import LabHost
from reconciler.lab.switch.effective import PortState
from reconciler.lab.world import LabWorld

EPOCH = re.compile(r"(xr:v1:[^:\s]+:[^:\s]+:[0-9a-f]{8}):[0-9]+(?:[ -][0-9a-f]{8})?")
"""Every acquisition has another one: it is no part of what is wanted."""
FENCE = "/var/lib/reconciler/fence"
"""Says which acquisition was there last, not what anybody wants there; it stays for good."""
_VIF = re.compile(r"^vif[0-9]+\.")


def picture_of(world: LabWorld) -> dict[str, Any]:
    return {
        "hosts": {str(device): _host(host) for device, host in world.hosts.items()},
        "ports": {
            f"{device} {port}": _port(state)
            for device in world.switches
            for port, state in world.ports_changed(device).items()
        },
        "records": {
            node: [record.state, *record.environment]
            for deployer in world.deployers.values()
            for node, record in deployer.nodes.records.items()
            if record is not None
        },
    }


def _host(host: LabHost) -> Mapping[str, Any]:
    texts = host.files.dump()["files"]
    return {
        "image": [host.image.name, host.image.version],
        "up": host.answering or host.ready_in_s > 0,
        "domains": {domain.config.name: _domain(host, domain) for domain in host.domains},
        "links": sorted(
            [_VIF.sub("vif.", link.name), link.master, link.parent, link.vlan, link.up]
            for link in host.links
            if link.name not in ("lo", "xenbr0")
        ),
        "files": {
            path: [EPOCH.sub(r"\1", text), origin]
            for path, (text, origin) in texts.items()
            if path in host.files.written and not path.endswith(".lock") and path != FENCE
        },
    }


def _domain(host: LabHost, domain: LabDomain) -> Mapping[str, Any]:
    config = domain.config
    return {
        "uuid": config.uuid,
        "life": str(domain.life),
        "mode": config.kind,
        "memory": domain.memory_kib(host.now()) // 1024,
        "vcpus": domain.vcpus(host.now()),
        "kernel": config.kernel,
        "ramdisk": config.ramdisk,
        "arguments": config.cmdline,
        "disks": [str(disk) for disk in config.disks],
        "nics": [[nic.mac, nic.bridge] for nic in config.nics],
    }


def _port(state: PortState) -> Mapping[str, Any]:
    return {
        "up": state.up,
        "untagged": state.untagged,
        "tagged": "all" if len(state.tagged) > 4000 else sorted(state.tagged),
        "pushes": sorted([push.s_vlan, *sorted(push.c_vlans)] for push in state.pushes),
        "description": EPOCH.sub(r"\1", state.description),
    }
