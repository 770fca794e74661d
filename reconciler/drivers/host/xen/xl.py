"""The language of ``xl``: domains to configuration files, listings to domains.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.drivers.host.hypervisor import Listing
from reconciler.resources.domain import Domain, Nic
from reconciler.transport.decoding import parse_json

LIST = "xl list -v"
LIST_DETAILS = "xl list -l"

_ZOMBIE = "(null)"
_DOM0 = 0
_ROW = re.compile(
    r"(?P<name>\S.*?)\s+(?P<id>\d+)\s+(?P<mem>\d+)\s+(?P<vcpus>\d+)\s+(?P<state>[r-][b-][p-][s-][c-][d-])"
    r"\s+[0-9.]+\s+(?P<uuid>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\s.*\Z"
)
_HEADER = re.compile(r"Name\s+ID\s+Mem\s+VCPUs\s+State\s+Time\(s\)\s+UUID\s+Reason-Code\s+Security Label\s*\Z")
# In the order of what matters: a dying domain that crashed is dying.
_STATES = {"d": "dying", "c": "crashed", "s": "shutdown", "p": "paused"}


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of ``xl list -v``; ``memory_mib`` is what the domain has now, not what it was told to have."""

    id: int
    name: str
    memory_mib: int
    state: str
    uuid: str


def render_config(domain: Domain) -> str:
    """The configuration file of ``domain``; every piece must have passed ``validation.check_domain``.

    ``maxmem`` is the memory: a guest can be shrunk while it runs, and grows by a restart.
    """
    lines = [
        f'name = "{domain.name}"',
        f'uuid = "{domain.uuid}"',
        f'type = "{domain.mode}"',
        f'kernel = "{domain.kernel}"',
        *([f'ramdisk = "{domain.ramdisk}"'] if domain.ramdisk else []),
        *([f'extra = "{domain.arguments}"'] if domain.arguments else []),
        f"memory = {domain.memory_mib}",
        f"maxmem = {domain.memory_mib}",
        f"vcpus = {domain.vcpu_count}",
        *([f'disk = [ "{domain.disk},raw,xvda,rw" ]'] if domain.disk else []),
        f"vif = [ {', '.join(_vif(nic) for nic in domain.nics)} ]",
    ]
    return "\n".join(lines) + "\n"


def _vif(nic: Nic) -> str:
    return f'"mac={nic.mac},bridge={nic.bridge}"'


def parse_listing(table: str, details: str) -> Listing:
    """Read ``xl list -v`` and ``xl list -l`` together: all but Domain-0; base disks are not in them, nor marks.

    Raises:
        ValueError: one of the two is not what xl prints, or they do not show the same domains.
    """
    rows, entries = parse_table(table), _parse_entries(details)
    zombies = {row.id for row in rows.values() if row.name == _ZOMBIE}
    if rows.keys() - zombies - {_DOM0} - entries.keys() or entries.keys() - rows.keys():
        raise ValueError(f"{LIST} and {LIST_DETAILS} do not show the same domains; one of them is incomplete")
    living = sorted(entries.keys() - zombies - {_DOM0})
    domains = tuple(_parse_domain(entries[number], rows[number]) for number in living)
    return Listing(domains, frozenset(rows[number].uuid for number in zombies))


def parse_table(text: str) -> Mapping[int, ListRow]:
    """Read ``xl list -v``: rows by domain id, Domain-0 included.

    Raises:
        ValueError: not what xl prints (a warning in front, a cut line, no Domain-0).
    """
    header, *lines = text.splitlines() or [""]
    if not _HEADER.match(header):
        raise ValueError(f"{LIST} does not begin with its header but with {header[:80]!r}")
    rows = [_parse_row(line) for line in lines]
    by_id = {row.id: row for row in rows}
    if len(by_id) != len(rows) or _DOM0 not in by_id:
        raise ValueError(f"{LIST} names a domain twice, or lacks Domain-0")
    return by_id


def _parse_row(line: str) -> ListRow:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f"{LIST} has a line that is none of its own: {line[:80]!r}")
    state = next((name for letter, name in _STATES.items() if letter in match["state"]), "running")
    return ListRow(int(match["id"]), match["name"], int(match["mem"]), state, match["uuid"])


def _parse_entries(details: str) -> dict[int, Any]:
    try:
        entries = parse_json(details)
        by_id = {int(entry["domid"]): entry["config"] for entry in entries}
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{LIST_DETAILS} is not the list of domains it should be: {error!r:.120}") from error
    if len(by_id) != len(entries):
        raise ValueError(f"{LIST_DETAILS} shows a domain id twice")
    return by_id


def _parse_domain(config: Any, row: ListRow) -> Domain:
    try:
        created, built = config["c_info"], config["b_info"]
        disks = config.get("disks") or []
        return Domain(
            name=str(created["name"]),
            uuid=_same(str(created["uuid"]).lower(), row.uuid),
            kernel=str(_boot(built, "kernel")),
            ramdisk=str(_boot(built, "ramdisk")),
            arguments=str(_boot(built, "cmdline")),
            memory_mib=_memory(int(built["target_memkb"]) // 1024, row),
            vcpu_count=int(built["max_vcpus"]),
            nics=tuple(Nic(str(nic["mac"]).lower(), str(nic.get("bridge") or "")) for nic in config.get("nics") or []),
            disk=",".join(str(disk["pdev_path"]) for disk in disks),
            state=row.state,
            mode=str(created.get("type") or "pv"),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{LIST_DETAILS} has an entry (id {row.id}) that we cannot read: {error!r:.120}") from error


def _same(uuid: str, listed: str) -> str:
    if uuid != listed:
        raise ValueError(f"its uuid is {uuid} here and {listed} in the table")
    return uuid


def _boot(built: Any, key: str) -> str:
    """Old toolstacks keep the kernel under the guest type, new ones beside it."""
    under_type = built.get("type.pv") or built.get("type.hvm") or {}
    return built.get(key) or under_type.get(key) or ""


def _memory(target_mib: int, row: ListRow) -> int:
    """The memory told, if the guest has followed; else what it really has: ``mem-set`` says 0 before any effect."""
    slack_mib = max(8, target_mib // 32)
    return target_mib if abs(row.memory_mib - target_mib) <= slack_mib else row.memory_mib
