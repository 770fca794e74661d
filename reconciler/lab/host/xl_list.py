"""What `xl list` prints: the table, and the JSON of `xl list -l`, in the shape of xl 4.17."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from reconciler.lab.host.devices import VirtualDisk, VirtualNic
from reconciler.lab.host.domain import DomainConfig, LabDomain, Life
from reconciler.lab.host.hypervisor import Hypervisor

HEADING = "Name                                        ID   Mem VCPUs\tState\tTime(s)"
NO_DOMID = 4294967295
"""What `c_info` says for a domain that had no id yet when it was described."""

Entry = dict[str, object]


def render_table(hypervisor: Hypervisor, domains: Iterable[LabDomain], *, dom0: bool, now: float, uuids: bool) -> str:
    """``dom0`` asks for the line of Domain-0 as well; an idle guest is blocked, and at some instants it is not."""
    lines = [HEADING + ("   UUID                            Reason-Code\tSecurity Label" if uuids else "")]
    if dom0:
        zero = _row("Domain-0", 0, hypervisor.dom0_mib, hypervisor.cores, "r-----", now)
        lines.append(zero + _verbose("00000000-0000-0000-0000-000000000000", uuids))
    for domain in domains:
        name = "(null)" if domain.life is Life.ZOMBIE else domain.config.name
        row = _row(
            name,
            domain.id,
            domain.memory_kib(now) // 1024,
            domain.vcpus(now),
            _state(domain, now),
            _seconds(domain, now),
        )
        lines.append(row + _verbose(domain.config.uuid, uuids))
    return "\n".join(lines) + "\n"


def _row(name: str, number: int, memory_mib: int, vcpus: int, state: str, seconds: float) -> str:
    return f"{name:<40} {number:5d} {memory_mib:5d} {vcpus:5d}     {state}  {seconds:8.1f}"


def _verbose(uuid: str, wanted: bool) -> str:
    return f" {uuid} {'-':>8} {'-':>16}" if wanted else ""


def _state(domain: LabDomain, now: float) -> str:
    match domain.life:
        case Life.RUNNING:
            return "------" if int(now * 10 + domain.id) % 7 == 0 else "-b----"
        case Life.PAUSED:
            return "--p---"
        case Life.CRASHED:
            return "---sc-"
        case Life.SHUT_DOWN:
            return "--ps--"
        case Life.ZOMBIE:
            return "--p--d"


def _seconds(domain: LabDomain, now: float) -> float:
    return max(0.0, now - domain.started_at) * 0.01


def render_json(hypervisor: Hypervisor, domains: Iterable[LabDomain], *, dom0: bool) -> str:
    """A zombie is not in it: xl cannot retrieve its configuration and goes on with the next."""
    entries = [_dom0(hypervisor)] if dom0 else []
    entries += [
        {"domid": domain.id, "config": describe(domain.config)} for domain in domains if domain.life is not Life.ZOMBIE
    ]
    return pretty(entries) + "\n\n"


def _dom0(hypervisor: Hypervisor) -> Entry:
    memory = hypervisor.dom0_mib * 1024
    build: Entry = {"max_memkb": memory, "target_memkb": memory - 1, "sched_params": _scheduler()}
    build |= {"type.pv": {}, "arch_arm": {}, "arch_x86": {}}
    return {"domid": 0, "config": {"c_info": {"type": "pv", "name": "Domain-0"}, "b_info": build}}


def _scheduler() -> Entry:
    return {"sched": "credit2", "weight": 256, "cap": 0}


def describe(config: DomainConfig) -> Entry:
    """One domain as libxl_domain_config; fields that have their default are left out, as libxl does."""
    entry: Entry = {
        "c_info": {
            "type": config.kind,
            "name": config.name,
            "domid": NO_DOMID,
            "uuid": config.uuid,
            "run_hotplug_scripts": "True",
        },
        "b_info": _build(config),
    }
    if config.disks:
        entry["disks"] = [_disk(disk) for disk in config.disks]
    if config.nics:
        entry["nics"] = [_nic(nic) for nic in config.nics]
    actions = {"on_poweroff": config.on_poweroff, "on_reboot": config.on_reboot, "on_crash": config.on_crash}
    chosen = {name: action for name, action in actions.items() if action != "destroy"}
    return entry | chosen | {"on_soft_reset": "soft_reset"}


def _build(config: DomainConfig) -> Entry:
    build: Entry = {
        "max_vcpus": config.max_vcpus,
        "avail_vcpus": list(range(config.vcpus)),
        "max_memkb": config.max_memory_kib,
        "target_memkb": config.memory_kib,
        "video_memkb": 0,
        "sched_params": _scheduler(),
        "claim_mode": "True",
    }
    files = {"kernel": config.kernel, "cmdline": config.cmdline, "ramdisk": config.ramdisk}
    build |= {name: text for name, text in files.items() if text}
    return build | {f"type.{config.kind}": {}, "arch_arm": {}, "arch_x86": {"msr_relaxed": "False"}}


def _disk(disk: VirtualDisk) -> Entry:
    entry: Entry = {"pdev_path": disk.path, "vdev": disk.vdev, "backend": "qdisk", "format": disk.format}
    return entry | ({"readwrite": 1} if disk.writable else {})


def _nic(nic: VirtualNic) -> Entry:
    entry: Entry = {"devid": nic.devid, "mac": nic.mac, "bridge": nic.bridge}
    return entry | ({"script": nic.script} if nic.script else {}) | {"nictype": "vif"}


def pretty(value: object) -> str:
    """JSON as yajl beautifies it: four blanks, and an empty line inside what is empty."""
    text = json.dumps(value, indent=4)
    return re.sub(
        r"^(\s*)(.*)(\{\}|\[\])(,?)$",
        lambda m: f"{m[1]}{m[2]}{m[3][0]}\n\n{m[1]}{m[3][1]}{m[4]}",
        text,
        flags=re.MULTILINE,
    )
