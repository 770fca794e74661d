"""Which loopback address each emulated device answers on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

PER_BLOCK = 254
MAX_SITES = 254


class Kind(StrEnum):
    DEPLOYER = "deployer"
    SWITCH = "switch"
    HOST = "host"


_BLOCKS = {Kind.DEPLOYER: range(1), Kind.SWITCH: range(1, 16), Kind.HOST: range(16, 256)}
CLAIM = 254
"""Last octet, in the first block of a site, that no device gets: a running lab claims its port numbers there."""


class Device(NamedTuple):
    """One emulated device.  The name of a deployer is the name of its site."""

    site: str
    kind: Kind
    name: str

    def __str__(self) -> str:
        return self.site if self.kind is Kind.DEPLOYER else f"{self.name}.{self.site}"


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports by kind of device; none needs a privilege.

    ``shift`` moves all of them, so that two labs can run on one machine.
    """

    shift: int = 0

    def of(self, kind: Kind) -> int:
        return {Kind.DEPLOYER: 25300, Kind.SWITCH: 8300, Kind.HOST: 2222}[kind] + self.shift


def assign(devices: Collection[Device]) -> Mapping[Device, str]:
    """Give every device an address ``127.<site>.<block>.<n>``.

    It depends on the set of devices alone, not on their order.

    Raises:
        ValueError: more sites, or more devices of one kind at a site, than 127.0.0.0/8 is divided for.
    """
    sites = sorted({device.site for device in devices})
    if len(sites) > MAX_SITES:
        raise ValueError(f"{len(sites)} sites: the lab has addresses for {MAX_SITES}; give it fewer Site documents")
    return {
        device: f"127.{number}.{offset}"
        for number, site in enumerate(sites, start=1)
        for kind in Kind
        for device, offset in _places(sorted(d for d in devices if d.site == site and d.kind is kind), kind)
    }


def claims(devices: Collection[Device]) -> tuple[str, ...]:
    """The addresses, one a site, that a running lab holds to say that its ports are taken."""
    return tuple(f"127.{number}.0.{CLAIM}" for number, _ in enumerate(sorted({d.site for d in devices}), start=1))


def _places(devices: list[Device], kind: Kind) -> Iterator[tuple[Device, str]]:
    blocks = _BLOCKS[kind]
    if len(devices) > len(blocks) * (PER_BLOCK - 1):
        raise ValueError(f"{len(devices)} devices of kind {kind} at {devices[0].site}: too many for the lab")
    for index, device in enumerate(devices):
        yield device, f"{blocks[index // (PER_BLOCK - 1)]}.{index % (PER_BLOCK - 1) + 1}"
