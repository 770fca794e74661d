"""The scalar types of our documents: sizes, durations, names, addresses.  Text in, plain values out."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints, WithJsonSchema

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
        ids.update(range(int(first), int(last or first) + 1))
    if not ids or min(ids) < 2 or max(ids) > 4094:
        raise ValueError("VLAN ids are 2 to 4094 (1 is the switches' own default and never lent)")
    return tuple(sorted(ids))


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
"""Names of documents and groups; part of device names, so short and plain."""

DeviceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
PortName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./:-]{0,62}$")]
HostPath = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9_./+-]{1,200}$")]
"""A path on a host: no blank, quote, comma, semicolon or backslash can reach a configuration file."""

KernelArguments = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./+:={}@ -]{0,500}$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
Mac = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$")]
Ipv4 = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{1,3}\.){3}[0-9]{1,3}$")]

SizeMib = Annotated[
    int,
    PlainValidator(parse_size_mib),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,8}(MiB|GiB|TiB)$", "examples": ["512MiB", "4GiB"]}),
]
Duration = Annotated[
    timedelta,
    PlainValidator(parse_duration),
    WithJsonSchema(
        {"type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "examples": ["4h", "1d12h"]}
    ),
]
Network = Annotated[
    IPv4Network,
    PlainValidator(parse_network),
    WithJsonSchema(
        {"type": "string", "pattern": "^([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}$", "examples": ["10.136.16.0/20"]}
    ),
]
VlanIds = Annotated[
    tuple[int, ...],
    PlainValidator(parse_vlan_ids),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$", "examples": ["700-719"]}),
]
VlanId = Annotated[int, Field(ge=2, le=4094)]
SshPort = Annotated[int, Field(ge=1, le=65535)]
