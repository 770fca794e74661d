"""What a run said before it died, held against what is durable: the state database as a power cut would leave them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

LEASED = frozenset({"lease", "vlan", "reservation"})


@dataclass(slots=True)
class Said:
    """The last word on each address: ``done`` how it was done (create, update, delete), ``sent`` that it was begun."""

    done: dict[str, str] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)


def read_events(text: str) -> Said:
    """Only whole lines count: half a line acknowledges nothing."""
    said = Said()
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        event = json.loads(line)
        match event["type"]:
            case "action_started":
                said.sent.add(event["address"])
            case "action_succeeded":
                said.done[event["address"]] = event["msg"].partition(" ")[0]
                said.sent.discard(event["address"])
            case "action_failed" | "action_progress":
                said.sent.discard(event["address"])
    return said


def lost(folder: Path, said: Said) -> Iterator[str]:
    """What was acknowledged and is not in the state database, one line each."""
    with closing(sqlite3.connect(folder / "state.db")) as db:  # not read-only: what is in the log counts
        recorded = {"/".join(row) for row in db.execute("SELECT kind, experiment, name FROM resources")}
        latest = db.execute(
            "SELECT kind, experiment, name, action, max(id) FROM intents WHERE state <> 'prepared' GROUP BY 1, 2, 3"
        )
        made_anew = {"/".join(name) for *name, action, _ in latest if action == "create"}
        journal = {"/".join(row) for row in db.execute("SELECT kind, experiment, name FROM intents")}
        (held,) = db.execute(
            "SELECT (SELECT count(*) FROM number_leases) + (SELECT count(*) FROM node_leases)"
        ).fetchone()
        (sound,) = db.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok":
        yield f"the state database are damaged: {sound}"
    for address, how in said.done.items():
        if how == "delete" and address in recorded - made_anew:  # what moves is made anew, perhaps without a word of it
            yield f"{address}: said to be gone, and still recorded"
        elif how != "delete" and address not in recorded:
            yield f"{address}: said to be made, and not recorded"
    leased = [a for a, how in said.done.items() if how == "create" and a.partition("/")[0] in LEASED]
    if leased and not held:
        yield f"{leased[0]}: said to be leased, and nothing is held"
    for address in sorted(said.sent - journal):
        yield f"{address}: sent, and in no journal"
