"""What may stand in a configuration file or on a command line, piece by piece.  Pure.

Quoting does not help inside ``vif`` and ``disk`` strings: there a comma adds a key such as ``script=``, which runs as
root.  So every piece passes an allow-list here, whatever was checked before.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from reconciler.model.errors import Refused
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}\Z")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_PATH = re.compile(r"(/[A-Za-z0-9_+-][A-Za-z0-9_.+-]*){1,20}\Z")
_ARGUMENTS = re.compile(r"[A-Za-z0-9_./+:=@, -]{0,500}\Z")
_MAC = re.compile(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}\Z")
_LINK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,14}\Z")
_QUOTABLE = re.compile(r"[ -&(-~]*\Z")
DISKS = "/var/lib/reconciler"
"""Where domains' own disks are on a host; nothing outside is ever copied to or removed."""
_MAX_MEMORY_MIB = 64 * 1024 * 1024


def check_domain(domain: Domain, modes: Collection[str]) -> None:
    """Refuse a domain with a piece that could be read as anything but itself, or a guest of none of the ``modes``.

    Raises:
        Refused: naming the piece.
    """
    _check(_NAME, "name", domain.name)
    _check(_UUID, "uuid", domain.uuid)
    _check(_ARGUMENTS, "kernel argument list", domain.arguments)
    if domain.mode not in modes:
        raise Refused(f"{domain.name}: {domain.mode!r} is no kind of guest we can make; use {' or '.join(modes)}")
    paths = {"kernel": domain.kernel, "ramdisk": domain.ramdisk, "disk": domain.disk, "base disk": domain.base_disk}
    for what, path in paths.items():
        if path or what == "kernel":
            _check(_PATH, what, path)
    if bool(domain.disk) != bool(domain.base_disk):
        raise Refused(f"{domain.name}: a disk and its base disk go together")
    if domain.disk and not domain.disk.startswith(f"{DISKS}/"):
        raise Refused(f"{domain.name}: its own disk {domain.disk} must lie under {DISKS}")
    if not 1 <= domain.memory_mib <= _MAX_MEMORY_MIB or not 1 <= domain.vcpu_count <= 4096:
        raise Refused(f"{domain.name}: {domain.memory_mib} MiB and {domain.vcpu_count} vcpus are out of bounds")
    for nic in domain.nics:
        _check(_MAC, "MAC", nic.mac)
        _check(_LINK, "bridge", nic.bridge)


def check_name(name: str, uuid: str) -> None:
    """Refuse a domain as somebody else made it that we cannot name on a command line or in an expression safely."""
    _check(_NAME, "domain name", name)
    _check(_UUID, "uuid", uuid)


def is_own_disk(path: str) -> bool:
    """Whether ``path`` may be removed with its domain."""
    return path.startswith(f"{DISKS}/") and bool(_PATH.match(path))


def check_bridge(bridge: Bridge) -> None:
    """Refuse names that the kernel would cut (15 characters at most) and VLAN ids that are not one's own to use."""
    for what, name in (("bridge", bridge.name), ("uplink", bridge.uplink), ("VLAN interface", vlan_link(bridge))):
        _check(_LINK, what, name)
    if not 2 <= bridge.vlan <= 4094:
        raise Refused(f"bridge {bridge.name}: VLAN {bridge.vlan} is outside 2..4094")


def check_host(host: Host) -> None:
    if host.fingerprint_file or host.fingerprint:
        _check(_PATH, "fingerprint file", host.fingerprint_file)


def vlan_link(bridge: Bridge) -> str:
    """The name of the interface that carries ``bridge``'s VLAN on its uplink."""
    return f"{bridge.uplink}.{bridge.vlan}"


def quote(word: str) -> str:
    """One shell word.

    Always in quotes: a connection that breaks inside a word leaves an open quote, and the shell runs nothing of that
    line, whereas half a bare word would be the name of something else.
    """
    if not _QUOTABLE.match(word):
        raise Refused(f"{word!r} cannot be put on a command line")
    return f"'{word}'"


def _check(shape: re.Pattern[str], what: str, value: str) -> None:
    if not shape.match(value):
        raise Refused(f"{what} {value[:80]!r} has characters or a length that we do not send to a host")
