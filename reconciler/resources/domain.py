"""A virtual machine, and what it needs on its host.  Only what a host can report back, but for ``base_disk``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sys import intern

from reconciler.model.resource import Resource
from reconciler.resources.kind import Fencing, Kind, Mac, Storage, Use, on_node
from reconciler.resources.parts import DOMAINS_RUNNING


@dataclass(frozen=True, slots=True)
class Nic:
    mac: str
    bridge: str


@dataclass(frozen=True, slots=True)
class Domain:
    """``name`` and ``uuid`` are derived from the experiment; ``state`` is ``running`` unless it was seen otherwise.

    ``arguments`` is the guest kernel's command line.  ``disk`` is the path of the domain's own disk on the host, copied
    from ``base_disk``; both are empty for a guest that runs from its ramdisk.  ``mode`` is ``pv`` or ``hvm``.
    """

    name: str
    uuid: str
    kernel: str
    ramdisk: str
    arguments: str
    memory_mib: int
    vcpu_count: int
    nics: tuple[Nic, ...]
    disk: str = ""
    base_disk: str = ""
    state: str = "running"
    mode: str = "pv"


def _uses(resource: Resource[Domain], state: Domain) -> Iterator[Use]:
    for nic in state.nics:
        yield Mac(resource.address.name, nic.mac)


def _make(
    name: str,
    uuid: str,
    kernel: str,
    ramdisk: str,
    arguments: str,
    memory_mib: int,
    vcpu_count: int,
    nics: Sequence[tuple[str, str]],
    disk: str,
    base_disk: str,
    state: str,
    mode: str,
) -> Domain:
    """Ten thousand guests boot one kernel and hang on a few bridges: one string for all of them."""
    return Domain(
        name,
        uuid,
        intern(kernel),
        intern(ramdisk),
        arguments,
        memory_mib,
        vcpu_count,
        tuple([Nic(mac, intern(bridge)) for mac, bridge in nics]),
        disk,
        intern(base_disk),
        intern(state),
        intern(mode),
    )


_FIELDS = ("name", "uuid", "kernel", "ramdisk", "arguments", "memory_mib", "vcpu_count", "nics", "disk", "base_disk")

KIND = Kind(
    name="domain",
    plural="domains",
    spec=Domain,
    rank=80,
    part=DOMAINS_RUNNING,
    verified=False,
    claims=True,
    fencing=Fencing.ALWAYS,
    holding=None,
    place=on_node,
    uses=_uses,
    grows=lambda before, after: before.state == "off",
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage(((*_FIELDS, "state", "mode"),), _make, {"base_disk": "", "state": "running", "mode": "pv"}),
)
