"""The scalar types of our documents: sizes, durations, names, addresses.  Text in, plain values out."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema

_SIZE = re.compile(r"([1-9][0-9]{0,8})(MiB|GiB|TiB)\Z")
_SIZE_MIB = {"MiB": 1, "GiB": 1024, "TiB": 1024 * 1024}
_DURATION = re.compile(r"(?=.)(?:([0-9]{1,4})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,7})s)?\Z")


def parse_size_mib(value: object) -> int:
    """Read ``512MiB`` or ``4GiB`` into MiB."""
    match = _SIZE.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a size with its unit, as 512MiB or 4GiB")
    return int(match[1]) * _SIZE_MIB[match[2]]


def parse_duration(value: object) -> timedelta:
    """Read ``4h``, ``1d12h`` or ``90m``."""
    match = _DURATION.match(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a duration with its units, as 4h, 90m or 1d12h")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def parse_network(value: object) -> IPv4Network:
    """Read ``10.136.16.0/20``; host bits set is an error, and so is a bare address."""
    if not isinstance(value, str) or "/" not in value:
        raise ValueError("write an IPv4 range with its length, as 10.136.16.0/20")
    try:
        return IPv4Network(value)
    except ValueError as error:
        raise ValueError(f"{error}; write an IPv4 range as 10.136.16.0/20") from None


def parse_vlan_ids(value: object) -> tuple[int, ...]:
    """Read ``700-719`` or ``4-9,16`` into the ids, sorted."""
    ids: set[int] = set()
    if not isinstance(value, str) or not re.match(r"[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*\Z", value):
        raise ValueError("write VLAN ids as 700-719 or 4-9,16")
    for part in value.split(","):
        first, _, last = part.partition("-")
        if int(last or first) < int(first):
            raise ValueError(f"{part} has its ends reversed; write VLAN ids as 700-719")
        ids.update(range(int(first), int(last or first) + 1))
    if min(ids) < 2 or max(ids) > 4094:
        raise ValueError("VLAN ids are 2 to 4094 (1 is the switches' own default and never lent)")
    return tuple(sorted(ids))


def render_size_mib(mib: int) -> str:
    """As people write it: ``512MiB``, ``4GiB``."""
    unit = "TiB" if mib % _SIZE_MIB["TiB"] == 0 else "GiB" if mib % _SIZE_MIB["GiB"] == 0 else "MiB"
    return f"{mib // _SIZE_MIB[unit]}{unit}"


def render_duration(duration: timedelta) -> str:
    """``4h``, ``1d12h``; nothing at all is ``0s``."""
    hours, seconds = divmod(duration.seconds, 3600)
    parts = ((duration.days, "d"), (hours, "h"), (seconds // 60, "m"), (seconds % 60, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def render_vlan_ids(ids: tuple[int, ...]) -> str:
    """``4-9,16``: consecutive ids as ranges."""
    runs: list[list[int]] = []
    for number in ids:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


MEANINGS: dict[str, str] = {}
"""Patterns in words, for messages."""


def _text(pattern: str, meaning: str) -> StringConstraints:
    MEANINGS[pattern] = meaning
    return StringConstraints(pattern=pattern)


Name = Annotated[
    str,
    _text(r"^[a-z][a-z0-9-]{0,30}$", "a name: a small letter, then small letters, digits and dashes, 31 at most"),
]
"""Names of documents and groups; part of device names, so short and plain."""

DriverName = Name
"""A member of a family of drivers; which there are is known where documents meet drivers, not here."""

DeviceName = Annotated[
    str,
    _text(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$", "a device name: letters, digits, dots and dashes, 63 at most"),
]
PortName = Annotated[
    str,
    _text(
        r"^[A-Za-z0-9]( ?[A-Za-z0-9_./:-]){0,62}$",
        "a port name: letters, digits, single blanks and any of _ . / : -, 63 at most",
    ),
]
"""As the switch says it; some say `TenGigabitEthernet 1/53`."""

HostPath = Annotated[
    str,
    _text(
        r"^(/[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,63}){1,20}$",
        "an absolute path whose parts have letters, digits and any of _ . + -, and do not begin with a dot",
    ),
]
"""A path on a host: no blank, quote, comma, semicolon or backslash can reach a configuration file, and no `..`."""

KernelArguments = Annotated[
    str,
    _text(
        r"^[A-Za-z0-9_./+:=@, -]{0,500}$", "kernel arguments: words without quotes, braces or backslashes, 500 at most"
    ),
]
GuestArguments = Annotated[
    str,
    _text(
        r"^[A-Za-z0-9_./+:={}@ -]{0,500}$", "kernel arguments: words without quotes, commas or backslashes, 500 at most"
    ),
]
"""For a domU: no comma, which begins a key of its own in Xen's configuration strings."""

EnvironmentName = Annotated[
    str,
    _text(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$", "a name of letters, digits, dots and dashes, 63 at most"),
]
Mac = Annotated[
    str,
    _text(r"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$", 'a MAC address: six pairs of hex digits, as "00:16:3e:00:00:01"'),
]
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
Ipv4 = Annotated[str, _text(rf"^{_OCTET}(\.{_OCTET}){{3}}$", "an IPv4 address, as 172.16.0.1")]
ImageLocation = Annotated[
    str,
    _text(
        r"^(server://|http://|https://|local://)?/?[A-Za-z0-9_:+-][A-Za-z0-9_.:+-]{0,63}(/[A-Za-z0-9_:+-][A-Za-z0-9_.:+-]{0,63}){0,20}$",
        "a path, or a server://, http(s):// URL, whose parts do not begin with a dot",
    ),
]
ChainloadTarget = Annotated[str, _text(r"^[A-Za-z0-9()+/,_-]{1,60}$", "a place of a boot loader, as +1 or (hd0,3)+1")]
FingerprintText = Annotated[
    str,
    _text(r"^[A-Za-z0-9][A-Za-z0-9_. +-]{0,100}$", "a line of letters, digits, blanks and any of _ . + -, 101 at most"),
]
UserName = Annotated[
    str, _text(r"^[a-z_][a-z0-9_-]{0,31}$", "a user name: small letters, digits and dashes, 32 at most")
]
DeployerUrl = Annotated[
    str, _text(r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$", "a base URL, as http://kadeploy.lille.example:25300")
]
ServiceUrl = Annotated[
    str, _text(r"^[a-z][a-z0-9+]{1,15}://[A-Za-z0-9.-]+(:[0-9]{1,5})?$", "a URL, as dns://ns.lille.example:53")
]
REFERENCE_PATTERN = "^secret://[a-z][a-z0-9-]{0,62}$"
SecretReference = Annotated[str, _text(REFERENCE_PATTERN, "a reference to a secret, as secret://lille-deployer")]
"""Never the secret: documents are kept, shown and sent around."""
HeaderPrefix = Annotated[str, _text(r"^X-[A-Za-z-]{1,40}$", "a prefix of header names, as X-Kadeploy-")]
DomainSuffix = Annotated[str, _text(r"^[a-z0-9.-]{1,200}$", "a domain, as lille.grid5000.fr")]
InterfaceName = Annotated[str, _text(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,10}$", "an interface name, 11 characters at most")]
HostName = Annotated[str, _text(r"^[A-Za-z0-9.-]{1,253}$", "a host name or an address")]
HostKey = Annotated[
    str, _text(r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$", "a public host key, as ssh-ed25519 AAAA… (without a comment)")
]
BridgeName = Annotated[
    str, _text(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$", "a bridge name: letters, digits, dots and dashes, 15 at most")
]
Label = Annotated[
    str, _text(r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$", "a label: letters, digits and any of _ . / -, 63 at most")
]

SizeMib = Annotated[
    int,
    PlainValidator(parse_size_mib),
    PlainSerializer(render_size_mib, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,8}(MiB|GiB|TiB)$", "examples": ["512MiB", "4GiB"]}),
]
Duration = Annotated[
    timedelta,
    PlainValidator(parse_duration),
    PlainSerializer(render_duration, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(?=.)([0-9]{1,4}d)?([0-9]{1,5}h)?([0-9]{1,6}m)?([0-9]{1,7}s)?$",
            "examples": ["4h", "1d12h"],
        }
    ),
]
Network = Annotated[
    IPv4Network,
    PlainValidator(parse_network),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "pattern": "^([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}$", "examples": ["10.136.16.0/20"]}
    ),
]
VlanIds = Annotated[
    tuple[int, ...],
    PlainValidator(parse_vlan_ids),
    PlainSerializer(render_vlan_ids, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$", "examples": ["700-719"]}),
]
VlanId = Annotated[int, Field(ge=2, le=4094)]
SshPort = Annotated[int, Field(ge=1, le=65535)]
