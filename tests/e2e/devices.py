"""What is on the lab's devices, told by the devices: domUs over SSH, ports and counters by the lab's own count."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh


@dataclass(frozen=True, slots=True)
class Guest:
    """A running domU as ``xl list -l`` tells of it.  ``id`` is another one after every restart."""

    host: str
    id: int
    uuid: str
    memory_mib: int
    macs: tuple[str, ...]


EPOCH = re.compile(r"(?<=:[0-9a-f]{8}):[0-9]+(?:-[0-9a-f]{8})?\Z")


@dataclass(frozen=True, slots=True)
class Devices:
    """One look at all of them.

    ``ports`` has those that are not as they were at first, their marks without the epoch of who set them last;
    ``calls`` how many calls have changed each device.
    """

    guests: Mapping[str, Guest]
    ports: Mapping[tuple[str, str], Any]
    links: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, ...]]
    calls: Mapping[str, int]
    deployed: int

    @classmethod
    def of(cls, lab: Mapping[str, Any], guests: Mapping[str, Guest]) -> Devices:
        devices = {(d["kind"], d["endpoint"]): d for d in lab["devices"]}
        hosts = {name: d["leftovers"] for (kind, name), d in devices.items() if kind == "host"}
        return cls(
            guests,
            {
                (switch, port): {**state, "description": EPOCH.sub("", state["description"])}
                for (kind, switch), d in devices.items()
                if kind == "switch"
                for port, state in d["leftovers"]["ports"].items()
            },
            {name: tuple(left["links"]) for name, left in hosts.items() if left["links"]},
            {name: tuple(left["files"]) for name, left in hosts.items() if left["files"]},
            {name: _changing(kind, d["counters"]) for (kind, name), d in devices.items()},
            lab["totals"]["deployments"],
        )

    @property
    def bare(self) -> bool:
        """Nothing of anybody is left."""
        return not (self.guests or self.ports or self.links or self.files)

    def touched_since(self, before: Devices) -> set[str]:
        """The devices that were changed by a call."""
        return {name for name, count in self.calls.items() if count != before.calls[name]}

    def restarted_since(self, before: Devices) -> set[str]:
        """The domUs of both looks that are not the same domain any more."""
        return {n for n in self.guests.keys() & before.guests.keys() if self.guests[n].id != before.guests[n].id}


def _changing(kind: str, counters: Mapping[str, Any]) -> int:
    return counters["edits"] + counters["commits"] if kind == "switch" else counters["mutating"]


def read_domains(lab: Mapping[str, Any], state: Path) -> dict[str, Guest]:
    """Ask every host that is not broken for its domUs, by name; hosts without Xen have none."""
    hosts = [d for d in lab["devices"] if d["kind"] == "host" and not d["faults"]]

    async def ask_all() -> list[str]:
        return await asyncio.gather(*(_run(d, state, "xl list -l\n") for d in hosts))

    found: dict[str, Guest] = {}
    for device, text in zip(hosts, asyncio.run(ask_all()), strict=True):
        for entry in json.loads(text or "[]"):
            if entry["domid"]:
                guest = _guest(device["endpoint"], entry)
                name = entry["config"]["c_info"]["name"]
                assert name not in found, f"{name} runs twice: on {found[name].host} and on {guest.host}"
                found[name] = guest
    return found


def run_on_host(lab: Mapping[str, Any], state: Path, host: str, script: str) -> str:
    return asyncio.run(_run(next(d for d in lab["devices"] if d["endpoint"] == host), state, script))


async def _run(device: Mapping[str, Any], state: Path, script: str) -> str:
    connection = await asyncssh.connect(
        device["address"],
        device["port"],
        username="root",
        client_keys=[str(state / "lab" / "id_ed25519")],
        known_hosts=None,
        config=None,
    )
    async with connection:
        done = await connection.run("/bin/sh -s", input=script)
        return str(done.stdout)


def _guest(host: str, entry: Mapping[str, Any]) -> Guest:
    config = entry["config"]
    macs = tuple(nic["mac"] for nic in config.get("nics", ()))
    return Guest(host, entry["domid"], config["c_info"]["uuid"], config["b_info"]["target_memkb"] // 1024, macs)
