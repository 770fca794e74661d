"""The virtual devices of a domain, and the strings that describe them in a configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")
_VIF_KEYS = frozenset(
    [
        "type",
        "mac",
        "bridge",
        "ip",
        "script",
        "rate",
        "model",
        "vifname",
        "backend",
        "gatewaydev",
        "netdev",
        "accel",
        "mtu",
        "trusted",
        "devid",
    ]
)
_DISK_KEYS = frozenset(
    [
        "target",
        "format",
        "vdev",
        "access",
        "script",
        "backend",
        "backendtype",
        "devtype",
        "cdrom",
        "readwrite",
        "direct-io-safe",
        "discard",
    ]
)
_FORMATS = frozenset(["raw", "qcow", "qcow2", "vhd", "qed"])
_PREFIX = re.compile(r"(file|phy|raw|qcow2?|vhd|aio|tap|tap2):")
_VDEV = re.compile(r"(xvd|hd|sd)[a-z]+[0-9]*|d[0-9]+(p[0-9]+)?")


@dataclass(frozen=True, slots=True)
class VirtualNic:
    """``mac`` is empty until a domain has it: libxl then makes one up.  ``script`` runs as root on the host."""

    mac: str = ""
    bridge: str = "xenbr0"
    script: str = ""
    devid: int = 0


@dataclass(frozen=True, slots=True)
class VirtualDisk:
    path: str = ""
    format: str = "raw"
    vdev: str = ""
    writable: bool = True


class DeviceError(ValueError):
    """The message is xl's."""


def parse_vif(text: str, nic: VirtualNic | None = None) -> tuple[VirtualNic, tuple[str, ...]]:
    """Read one `vif` string, or go on with ``nic``; the second value is what xl prints about the parts it cannot use.

    A parameter that is wrong is left out, and the interface is made all the same: that is how xl does it.
    """
    nic, complaints = nic or VirtualNic(), []
    for part in filter(None, map(str.strip, text.split(","))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in _VIF_KEYS or not value or (key == "mac" and not _MAC.fullmatch(value)):
            complaints.append(f"Invalid parameter `{key}'.")
        elif key == "mac":
            nic = replace(nic, mac=value.lower())
        elif key == "bridge":
            nic = replace(nic, bridge=value)
        elif key == "script":
            nic = replace(nic, script=value)
    return nic, tuple(complaints)


def parse_disk(text: str) -> VirtualDisk:
    """Read one `disk` string: positional `target,format,vdev,access`, the old `file:target,vdev,access`, or keys.

    Raises:
        DeviceError: xl would refuse it.
    """
    prefix = _PREFIX.match(text)
    order = ["target", "vdev", "access"] if prefix else ["target", "format", "vdev", "access"]
    values: dict[str, str] = {}
    for part in map(str.strip, text[prefix.end() if prefix else 0 :].split(",")):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if equals and key in _DISK_KEYS:
            values[key] = value
            order = [name for name in order if name != key]
        elif part in ("cdrom", "devtype=cdrom"):
            values["access"] = "ro"
        elif order:
            values[order.pop(0)] = part
        elif part:
            raise _bad_disk("unexpected additional positional parameter", part, text)
    return _make_disk(values, text)


def _make_disk(values: dict[str, str], text: str) -> VirtualDisk:
    kind, vdev, access = values.get("format") or "raw", values.get("vdev", ""), values.get("access") or "rw"
    if kind not in _FORMATS:
        raise _bad_disk("unknown value for format", kind, text)
    if access not in ("r", "ro", "w", "rw", "!"):
        raise _bad_disk("unknown value for access", access, text)
    if not vdev:
        raise _bad_disk("no vdev specified", "", text)
    if not _VDEV.fullmatch(vdev):
        raise _bad_disk("invalid vdev", vdev, text)
    return VirtualDisk(values.get("target", ""), kind, vdev, access in ("w", "rw", "!"))


def _bad_disk(reason: str, near: str, text: str) -> DeviceError:
    place = f" near `{near}'" if near else ""
    return DeviceError(f"config parsing error in disk specification: {reason}:{place} in `{text}'")
