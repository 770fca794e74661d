"""A host's state as JSON text, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reconciler.lab.host.counters import HostCounters
from reconciler.lab.host.devices import VirtualDisk, VirtualNic
from reconciler.lab.host.domain import DomainConfig, LabDomain, Life
from reconciler.lab.host.image import HostImage
from reconciler.lab.host.links import LabLink, LinkKind
from reconciler.lab.host.xenstore import Note

if TYPE_CHECKING:
    from reconciler.lab.host.host import LabHost


def dump(host: LabHost) -> str:
    now = host.now()
    counters = host.counters
    return json.dumps(
        {
            "image": _dump_image(host.image),
            "boot_id": host.boot_id,
            "powered": host.powered,
            "files": host.files.dump(),
            "links": host.links.dump(),
            "domains": [_dump_domain(domain, now) for domain in host.domains],
            "last_id": host.hypervisor.last_id,
            "xenstore": [[note.path, note.value, note.domain] for note in host.xenstore.notes],
            "neighbours": dict(sorted(host.neighbours.items())),
            "faults": host.faults.dump(),
            "counters": {
                "sessions": counters.sessions,
                "execs": counters.execs,
                "xl_by_verb": dict(counters.xl_by_verb),
                "mutating": counters.mutating,
            },
        },
        sort_keys=True,
    )


def load(host: LabHost, text: str) -> None:
    """Make ``host`` what it was.

    Raises:
        ValueError, KeyError, TypeError: the text is not what ``dump`` wrote.
    """
    data = json.loads(text)
    counted = data["counters"]
    verbs = MappingProxyType(dict(counted["xl_by_verb"]))
    counters = HostCounters(counted["sessions"], counted["execs"], verbs, counted["mutating"])
    host.restore(_load_image(data["image"]), data["boot_id"], powered=data["powered"], counters=counters)
    files = {path: (text, origin) for path, (text, origin) in data["files"]["files"].items()}
    host.files.load(files, tuple(data["files"]["directories"]), full=data["files"]["full"])
    host.links.load(LabLink(row[0], row[1], LinkKind(row[2]), *row[3:]) for row in data["links"])
    host.hypervisor.load((_load_domain(entry, host.now()) for entry in data["domains"]), data["last_id"])
    host.xenstore.load(Note(*row) for row in data.get("xenstore", ()))  # a state of an earlier version has none
    host.neighbours.update(data.get("neighbours", {}))
    for kind, (count, delay_s) in data["faults"].items():
        host.faults.set(kind, count, delay_s)


def _dump_image(image: HostImage) -> Mapping[str, object]:
    return {
        "name": image.name,
        "version": image.version,
        "xen": image.xen,
        "dom0_memory_mib": image.dom0_memory_mib,
        "files": dict(image.files),
        "provides": list(image.provides),
    }


def _load_image(data: dict[str, Any]) -> HostImage:
    files = MappingProxyType(dict(data["files"]))
    return HostImage(
        data["name"], data["version"], data["xen"], data["dom0_memory_mib"], files, tuple(data["provides"])
    )


def _dump_domain(domain: LabDomain, now: float) -> Mapping[str, object]:
    """Ages instead of times: the clock of another process starts elsewhere."""
    fields = asdict(domain)
    fields["started_at"] -= now
    fields["settles_at"] -= now
    return fields


def _load_domain(data: dict[str, Any], now: float) -> LabDomain:
    config = data.pop("config")
    disks = tuple(VirtualDisk(**disk) for disk in config.pop("disks"))
    nics = tuple(VirtualNic(**nic) for nic in config.pop("nics"))
    data |= {"life": Life(data["life"]), "started_at": data["started_at"] + now, "settles_at": data["settles_at"] + now}
    return LabDomain(config=DomainConfig(**config, disks=disks, nics=nics), **data)
