"""``virsh`` of a KVM host in memory: its own reader and writer of XML, refusals as libvirt 9.0 words them.

Not recorded but taken from libvirt's sources are the words for a storage file that is not there, and for ``resume``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from tests.drivers.host.ip_tool import Say

OWNER = "{urn:reconciler:v1}owner"
KNOWN = {
    "domain": {"name", "uuid", "metadata", "memory", "currentMemory", "vcpu", "os", "devices"},
    "os": {"type", "kernel", "initrd", "cmdline"},
    "devices": {"disk", "interface", "console"},
    "disk": {"driver", "source", "target"},
    "interface": {"mac", "source", "model"},
}
IDLE = "Requested operation is not valid: domain is not running"


class VirshError(Exception):
    """What libvirt refuses: lines for stderr, each after ``error: ``."""


@dataclass
class Guest:
    """``memory`` is in KiB; ``id`` is None while it is shut off, and not ``persistent`` after ``undefine``."""

    name: str
    uuid: str
    mark: str
    maximum: int
    vcpus: str
    boot: dict[str, str]
    disks: list[str]
    nics: list[tuple[str, str]]
    memory: int = 0
    id: int | None = None
    paused: bool = False
    persistent: bool = True

    @property
    def state(self) -> str:
        return "shut off" if self.id is None else "paused" if self.paused else "running"


class Virsh:
    """``guests`` by uuid."""

    def __init__(self, files: dict[str, str], links: dict[str, Any], mutations: list[str]) -> None:
        self.files, self.links, self.mutations = files, links, mutations
        self.guests: dict[str, Guest] = {}
        self.next_id = 1

    def __call__(self, words: list[str], say: Say, fail: Say) -> int:
        """Every error is status 1, with an empty line on stdout."""
        verb: Callable[..., str] = getattr(self, f"_{words[0]}")
        try:
            say(verb(*words[1:]) + "\n")
        except VirshError as error:
            say("\n")
            fail("".join(f"error: {line}\n" for line in error.args))
            return 1
        if words[0] not in ("list", "dumpxml", "domstate"):
            self.mutations.append(" ".join(["virsh", *words]))
        return 0

    def _find(self, domain: str) -> Guest:
        """By uuid, else by name."""
        named = [guest for guest in self.guests.values() if guest.name == domain]
        guest = self.guests.get(domain) or next(iter(named), None)
        if guest is None:
            raise VirshError(f"failed to get domain '{domain}'")
        return guest

    # -- looking -----------------------------------------------------------------------------------

    def _list(self, *options: str) -> str:
        if options == ("--all", "--uuid"):
            return "".join(f"{uuid}\n" for uuid in self.guests)
        assert options == ("--all",), options
        rows = [(str(guest.id or "-"), guest.name, guest.state) for guest in self.guests.values()]
        widths = [max(map(len, column)) for column in zip(("Id", "Name", "State"), *rows, strict=True)]
        header, *lines = ["   ".join(map(str.ljust, row, widths)).rstrip() for row in (("Id", "Name", "State"), *rows)]
        rule = "-" * (sum(widths) + 8)
        return "".join(f"{line}\n" for line in (f" {header}", rule, *(f" {line}" for line in lines)))

    def _domstate(self, domain: str) -> str:
        return f"{self._find(domain).state}\n"

    def _dumpxml(self, domain: str) -> str:
        guest = self._find(domain)
        number = "" if guest.id is None else f" id='{guest.id}'"
        boot = "".join(f"    <{key}>{value}</{key}>\n" for key, value in guest.boot.items() if key != "type")
        disks = "".join(
            f"    <disk type='file' device='disk'>\n      <driver name='qemu' type='raw'/>\n"
            f"      <source file='{path}'/>\n"
            "      <target dev='vda' bus='virtio'/>\n    </disk>\n"
            for path in guest.disks
        )
        nics = "".join(
            f"    <interface type='bridge'>\n      <mac address='{mac}'/>\n      <source bridge='{bridge}'/>\n"
            "      <model type='virtio'/>\n    </interface>\n"
            for mac, bridge in guest.nics
        )
        return (
            f"<domain type='kvm'{number}>\n  <name>{guest.name}</name>\n  <uuid>{guest.uuid}</uuid>\n  <metadata>\n"
            f'    <r:owner xmlns:r="urn:reconciler:v1" mark="{guest.mark}"/>\n  </metadata>\n'
            f"  <memory unit='KiB'>{guest.maximum}</memory>\n"
            f"  <currentMemory unit='KiB'>{guest.memory}</currentMemory>\n"
            f"  <vcpu placement='static'>{guest.vcpus}</vcpu>\n  <os>\n"
            f"    <type arch='x86_64' machine='pc-i440fx-7.2'>{guest.boot['type']}</type>\n{boot}    <boot dev='hd'/>\n"
            "  </os>\n  <on_poweroff>destroy</on_poweroff>\n  <devices>\n"
            f"    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n{disks}{nics}    <console type='pty'/>\n"
            "    <memballoon model='virtio'/>\n  </devices>\n</domain>\n"
        )

    # -- changing ----------------------------------------------------------------------------------

    def _define(self, *words: str) -> str:
        assert words[0] == "--validate"
        path = words[1]
        try:
            guest = parse_definition(self.files[path])
        except VirshError as error:
            raise VirshError(f"Failed to define domain from {path}", *error.args) from None
        named = [other for other in self.guests.values() if other.name == guest.name and other.uuid != guest.uuid]
        if named:
            known = f"operation failed: domain '{guest.name}' already exists with uuid {named[0].uuid}"
            raise VirshError(f"Failed to define domain from {path}", known)
        before = self.guests.get(guest.uuid)
        assert before is None or before.id is None, "of one that runs, only the next run would change"
        self.guests[guest.uuid] = guest
        return f"Domain '{guest.name}' defined from {path}\n"

    def _start(self, domain: str) -> str:
        guest = self._find(domain)
        if guest.id is not None:
            raise VirshError("Domain is already active")
        failed = f"Failed to start domain '{guest.name}'"
        for path in (*(v for k, v in guest.boot.items() if k in ("kernel", "initrd")), *guest.disks):
            if path not in self.files:
                raise VirshError(failed, f"Cannot access storage file '{path}': No such file or directory")
        for _, bridge in guest.nics:
            if bridge not in self.links:
                raise VirshError(failed, f"Cannot get interface MTU on '{bridge}': No such device")
        guest.id, self.next_id = self.next_id, self.next_id + 1
        for index, (_, bridge) in enumerate(guest.nics):
            port = f"vnet{guest.id * 10 + index}"
            self.links[port] = {"ifname": port, "flags": ["UP"], "master": bridge, "linkinfo": {"info_kind": "tun"}}
        return f"Domain '{guest.name}' started\n"

    def _destroy(self, domain: str) -> str:
        guest = self._running(domain, "destroy")
        for index in range(len(guest.nics)):
            self.links.pop(f"vnet{(guest.id or 0) * 10 + index}", None)
        guest.id, guest.paused = None, False
        if not guest.persistent:
            del self.guests[guest.uuid]
        return f"Domain '{guest.name}' destroyed\n"

    def _undefine(self, domain: str) -> str:
        guest = self._find(domain)
        guest.persistent = False
        if guest.id is None:
            del self.guests[guest.uuid]
        return f"Domain '{guest.name}' has been undefined\n"

    def _setmem(self, domain: str, size: str, *options: str) -> str:
        assert options == ("--live", "--config") and size.endswith("M"), (size, options)
        guest = self._find(domain)
        if guest.id is None:
            raise VirshError(IDLE)
        if int(size[:-1]) * 1024 > guest.maximum:
            raise VirshError("invalid argument: cannot set memory higher than max memory")
        guest.memory = int(size[:-1]) * 1024
        return ""

    def _resume(self, domain: str) -> str:
        guest = self._running(domain, "resume")
        if not guest.paused:
            raise VirshError(f"Failed to resume domain '{guest.name}'", "domain is already running")
        guest.paused = False
        return f"Domain '{guest.name}' resumed\n"

    def _running(self, domain: str, verb: str) -> Guest:
        guest = self._find(domain)
        if guest.id is None:
            raise VirshError(f"Failed to {verb} domain '{guest.name}'", IDLE)
        return guest


def parse_definition(text: str) -> Guest:
    """A domain as ``define --validate`` takes it: nothing that it does not know, nothing left out that it needs."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise VirshError(f"(domain_definition): {error}") from None
    for element in root.iter():
        extra = {child.tag for child in element} - KNOWN.get(
            element.tag, {OWNER} if element.tag == "metadata" else set()
        )
        if extra:
            raise VirshError(f"XML document failed to validate against schema: {element.tag} has extra {sorted(extra)}")
    values = {child.tag: (child.text or "") for child in root}
    boot = {child.tag: (child.text or "") for child in root.iterfind("os/*")}
    memory = root.find("memory")
    if root.tag != "domain" or root.get("type") != "kvm" or boot.get("type") != "hvm" or memory is None:
        raise VirshError("unsupported configuration: this host runs fully virtualised guests of type kvm")
    assert memory.get("unit") == "MiB" and "currentMemory" not in values
    owner = root.find(f"metadata/{OWNER}")
    kib = int(values["memory"]) * 1024
    nics = [
        (nic.find("mac").get("address"), nic.find("source").get("bridge")) for nic in root.iterfind("devices/interface")
    ]
    disks = [source.get("file") for source in root.iterfind("devices/disk/source")]
    mark = "" if owner is None else owner.get("mark", "")
    return Guest(values["name"], values["uuid"], mark, kib, values["vcpu"], boot, disks, nics, memory=kib)  # type: ignore[arg-type]  # of a valid document
