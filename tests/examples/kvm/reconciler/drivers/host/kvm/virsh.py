"""The language of ``virsh``: domains to XML, listings and XML to domains.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from reconciler.drivers.host.hypervisor import Listing
from reconciler.model.errors import Unreadable
from reconciler.resources.domain import Domain, Nic
from reconciler.transport import strict_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

LIST = "virsh list --all"
LIST_UUIDS = "virsh list --all --uuid"
DUMP_ALL = f"{LIST_UUIDS} | xargs -r -n 1 virsh dumpxml"

_SPACE = "urn:reconciler:v1"
_STATES = {
    "running": "running",
    "idle": "running",
    "no state": "running",
    "paused": "paused",
    "crashed": "crashed",
    "in shutdown": "shutdown",
    "shut off": "shutdown",
    "pmsuspended": "shutdown",
}
_ROW = re.compile(rf" (?P<id>-|[0-9]+) +(?P<name>\S.*?) +(?P<state>{'|'.join(_STATES)})\Z")
_HEADER = re.compile(r" Id +Name +State\Z")
_END = "\n</domain>"
_KIB = {"KiB": 1, "MiB": 1024, "GiB": 1024 * 1024}


def render_xml(domain: Domain, mark: str) -> str:
    """The definition of ``domain``; every piece must have passed ``validation.check_domain``."""
    disk = (
        f"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file={quoteattr(domain.disk)}/>"
        "<target dev='vda' bus='virtio'/></disk>"
    )
    lines = [
        "<domain type='kvm'>",
        f"<name>{escape(domain.name)}</name>",
        f"<uuid>{escape(domain.uuid)}</uuid>",
        f"<metadata><r:owner xmlns:r='{_SPACE}' mark={quoteattr(mark)}/></metadata>",
        f"<memory unit='MiB'>{domain.memory_mib}</memory>",
        f"<vcpu>{domain.vcpu_count}</vcpu>",
        f"<os><type>{escape(domain.mode)}</type><kernel>{escape(domain.kernel)}</kernel>",
        *([f"<initrd>{escape(domain.ramdisk)}</initrd>"] if domain.ramdisk else []),
        *([f"<cmdline>{escape(domain.arguments)}</cmdline>"] if domain.arguments else []),
        "</os>",
        "<devices>",
        *([disk] if domain.disk else []),
        *(_interface(nic) for nic in domain.nics),
        "<console type='pty'/>",
        "</devices>",
        "</domain>",
    ]
    return "\n".join(lines) + "\n"


def _interface(nic: Nic) -> str:
    source = f"<mac address={quoteattr(nic.mac)}/><source bridge={quoteattr(nic.bridge)}/>"
    return f"<interface type='bridge'>{source}<model type='virtio'/></interface>"


def parse_listing(table: str, uuids: str, documents: str) -> Listing:
    """Read ``list --all``, ``list --all --uuid`` and the ``dumpxml`` of each together.

    Raises:
        ValueError: one of them is not what virsh prints, or they do not show the same domains.
    """
    states, known = dict(_parse_table(table)), uuids.split()
    roots = [_parse_document(text) for text in _documents(documents)]
    domains = tuple(_parse_domain(root, states) for root in roots)
    if sorted(domain.uuid for domain in domains) != sorted(known) or len(states) != len(domains):
        raise ValueError(f"{LIST}, {LIST_UUIDS} and dumpxml do not show the same domains; one of them is incomplete")
    return Listing(domains, marks=dict(_marks(roots)))


def _parse_table(text: str) -> Iterator[tuple[str, str]]:
    """(name, state) of each row; names are unique on a host."""
    header, rule, *lines = text.splitlines() or ["", ""]
    if not _HEADER.match(header) or rule.strip("-"):
        raise ValueError(f"{LIST} does not begin with its header but with {header[:80]!r}")
    for line in filter(None, lines):
        match = _ROW.match(line)
        if match is None:
            raise ValueError(f"{LIST} has a line that is none of its own: {line[:80]!r}")
        yield match["name"], _STATES[match["state"]]


def _documents(text: str) -> list[str]:
    *whole, rest = text.split(_END)
    if rest.strip():
        raise ValueError(f"dumpxml ends in the middle of a domain: {rest.strip()[:80]!r}")
    return [f"{each}{_END}" for each in whole]


def _parse_document(text: str) -> _Element:
    try:
        return strict_xml.parse(text.strip())
    except Unreadable as error:
        raise ValueError(f"dumpxml: {error}") from error


def _parse_domain(root: _Element, states: Mapping[str, str]) -> Domain:
    name = _text(root, "name")
    if root.tag != "domain" or name not in states:
        raise ValueError(f"dumpxml shows {name[:80]!r}, which is not in {LIST}")
    vcpus = root.find("vcpu")
    return Domain(
        name=name,
        uuid=_text(root, "uuid"),
        kernel=_text(root, "os/kernel"),
        ramdisk=_text(root, "os/initrd"),
        arguments=_text(root, "os/cmdline"),
        memory_mib=_memory_mib(root),
        vcpu_count=int((vcpus.get("current") if vcpus is not None else None) or _text(root, "vcpu")),
        nics=tuple(
            Nic(_value(e, "mac", "address").lower(), _value(e, "source", "bridge")) for e in _all(root, "interface")
        ),
        disk=",".join(
            filter(None, (_value(e, "source", "file") or _value(e, "source", "dev") for e in _all(root, "disk")))
        ),
        state=states[name],
        mode=_text(root, "os/type"),
    )


def _marks(roots: list[_Element]) -> Iterator[tuple[str, str]]:
    for root in roots:
        owner = root.find(f"metadata/{{{_SPACE}}}owner")
        if owner is not None:
            yield _text(root, "uuid"), str(owner.get("mark") or "")


def _memory_mib(root: _Element) -> int:
    """What it has now; the element ``memory`` is what it can have."""
    found = root.find("currentMemory")
    unit = "KiB" if found is None else found.get("unit") or "KiB"
    if unit not in _KIB:
        raise ValueError(f"dumpxml counts memory in {unit[:20]!r}")
    return int(_text(root, "currentMemory")) * _KIB[unit] // 1024


def _text(root: _Element, path: str) -> str:
    return root.findtext(path) or ""


def _all(root: _Element, tag: str) -> list[_Element]:
    return root.findall(f"devices/{tag}")


def _value(element: _Element, tag: str, attribute: str) -> str:
    child = element.find(tag)
    return "" if child is None else str(child.get(attribute) or "")
