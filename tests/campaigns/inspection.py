"""What there is after a run: on the lab's devices, by their own word, and in our state database."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.campaigns.command_line import CommandLine

_NUMBERED = re.compile(r"^vif[0-9]+\.")
_EPOCH = re.compile(r"(xr:v1:[^:\"]+:[^:\"]+:[0-9a-f]{8}):[0-9]+(?:-[0-9a-f]{8})?")


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything of us that the world holds, in comparable form; ``devices`` without what counts the past.

    ``guests`` are (name, uuid, host) of each machine that a network reaches, ``recorded`` our record of resources,
    ``leases`` (pool, what, holder) of what is held, ``open_intents`` what is not known to have ended, nor to be a
    device's work that we have a ticket for.
    """

    devices: Mapping[str, Any]
    guests: tuple[tuple[str, str, str], ...]
    recorded: tuple[tuple[str, ...], ...]
    leases: tuple[tuple[str, str, str], ...]
    open_intents: int
    deployments: int
    changing: int

    @property
    def domains(self) -> list[str]:
        return sorted(name for left in self.devices.values() for name in left.get("domains", ()))


def look(line: CommandLine) -> Picture:
    status, groups = line.ask_lab("status"), line.ask_lab("reach")
    held = [row for row in line.ask("leases", "list") if row["state"] in ("reserved", "bound")]
    recorded, open_intents = _read_store(line)
    return Picture(
        devices={
            device["endpoint"] + "/" + device["kind"]: _plain(device["leftovers"]) for device in status["devices"]
        },
        guests=tuple(sorted({(vm["name"], vm["uuid"], vm["host"]) for group in groups for vm in group["vms"]})),
        recorded=recorded,
        leases=tuple(sorted((row["pool"], row["what"], _holder(row)) for row in held)),
        open_intents=open_intents,
        deployments=status["totals"]["deployments"],
        changing=status["totals"]["changing"],
    )


def check_single(picture: Picture) -> None:
    """No machine twice, no address twice, no uuid twice."""
    for what, values in (
        ("domain", picture.domains),
        ("guest", [name for name, _, _ in picture.guests]),
        ("uuid", [uuid for _, uuid, _ in picture.guests]),
        ("lease", [(pool, item) for pool, item, _ in picture.leases]),
        ("leaseholder", [holder for pool, _, holder in picture.leases if pool == "ipv4"]),
    ):
        assert not _twice(values), f"{what} twice: {_twice(values)}"


def check_same(picture: Picture, reference: Picture) -> None:
    """The devices and the database is as an undisturbed run left them: nothing is missing, nothing is orphaned."""
    for endpoint in sorted(picture.devices.keys() | reference.devices.keys()):
        assert picture.devices.get(endpoint) == reference.devices.get(endpoint), endpoint
    assert picture.guests == reference.guests
    assert picture.leases == reference.leases
    assert picture.recorded == reference.recorded
    assert picture.open_intents == 0, f"{picture.open_intents} intents are open"


def check_nothing(picture: Picture) -> None:
    """Nothing of us is left on a device or in a record; what was leased is at most in quarantine."""
    left = {endpoint: found for endpoint, found in picture.devices.items() if any(found.values())}
    assert not left, left
    assert (picture.guests, picture.recorded, picture.leases, picture.open_intents) == ((), (), (), 0)


def _holder(row: Mapping[str, str]) -> str:
    return "/".join((row["experiment"], row["holder"], row["member"]))


def _plain(leftovers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Domain ids count every start, and epochs every acquisition: they do not compare."""
    plain = json.loads(_EPOCH.sub(r"\1", json.dumps(leftovers)))
    if "domains" in plain:
        plain["domains"] = sorted(plain["domains"])
        plain["links"] = sorted(_NUMBERED.sub("vif.", link) for link in plain["links"])
    return plain


def _read_store(line: CommandLine) -> tuple[tuple[tuple[str, ...], ...], int]:
    with sqlite3.connect(f"file:{line.folder / 'state.db'}?mode=ro", uri=True) as db:
        both = "SELECT experiment, kind, name, endpoint, spec, needs, carrier, '{0}' FROM {0}"
        rows = db.execute(f"{both.format('resources')} UNION ALL {both.format('intended')}")
        recorded = tuple(sorted(tuple(map(str, row)) for row in rows))
        still = "SELECT count(*) FROM intents WHERE state IN ('issued', 'unknown') AND accepted = 0"
        (unsettled,) = db.execute(still).fetchone()
    db.close()
    return recorded, int(unsettled)


def _twice(values: Iterable[Any]) -> list[Any]:
    return sorted(value for value, count in Counter(values).items() if count > 1)
