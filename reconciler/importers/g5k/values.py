"""Values from outside that must fit our own documents; what does not fit is left out and reported."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError

from reconciler.importers.record import Record
from reconciler.spec.scalars import DeviceName, Mac, Name, PortName

_InterfaceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,10}$")]

DEVICE: TypeAdapter[str] = TypeAdapter(DeviceName)
PORT: TypeAdapter[str] = TypeAdapter(PortName)
NAME: TypeAdapter[str] = TypeAdapter(Name)
MAC: TypeAdapter[str] = TypeAdapter(Mac)
INTERFACE: TypeAdapter[str] = TypeAdapter(_InterfaceName)


def fits(kind: TypeAdapter[str], value: str) -> bool:
    try:
        kind.validate_python(value)
    except ValidationError:
        return False
    return True


def fitting(record: Record, key: str, kind: TypeAdapter[str], what: str) -> str | None:
    """The text under ``key``, or None with a report when it cannot be ``what``."""
    value = record.text(key)
    if value is None or fits(kind, value):
        return value
    record.report("I103", f"{key} {value!r} is no valid {what}; left out", key=key)
    return None


def parse_address(record: Record, key: str) -> str | None:
    """The IPv4 address under ``key``, or None with a report."""
    value = record.text(key)
    try:
        return None if value is None else str(IPv4Address(value))
    except AddressValueError:
        record.report("I103", f"{key} {value!r} is no IPv4 address; left out", key=key)
        return None


def parse_range(record: Record, key: str) -> IPv4Network | None:
    """The IPv4 range under ``key``, or None with a report."""
    value = record.text(key)
    try:
        return None if value is None else IPv4Network(value)
    except ValueError:
        record.report("I103", f"{key} {value!r} is no IPv4 range; left out", key=key)
        return None
