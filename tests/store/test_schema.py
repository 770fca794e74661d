"""A state file of an earlier version is brought up to date, and says the same as before."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.store.codec import encode_resource
from reconciler.store.schema import MIGRATIONS
from reconciler.store.store import Store
from tests.planning.worlds import at, domain, thing
from tests.store.stores import make_store

FIRST = 0x0A881001


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """As the first version left it: an update cut short, a lost reply, leases, a lock."""
    path = tmp_path / "state" / "state.db"
    path.parent.mkdir(mode=0o700)
    db = sqlite3.connect(path, isolation_level=None)
    for statement in filter(str.strip, MIGRATIONS[0].split(";")):
        db.execute(statement)
    db.execute("PRAGMA user_version=1")
    db.execute("INSERT INTO meta VALUES ('lineage', 'as-it-was')")
    db.execute("INSERT INTO experiments VALUES ('exp', 7, 3, 'd', '2026-11-01T00:00:00+00:00', NULL, 'keep')")
    kind, name, endpoint, spec, needs, carrier, _ = encode_resource(thing("a"))
    grown = encode_resource(thing("a", spec=domain("a", 512)))[3]
    db.execute(
        "INSERT INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ("exp", kind, name, endpoint, spec, needs, carrier, grown),
    )
    for state in ("done", "failed", "waiting", "unknown"):
        db.execute(
            "INSERT INTO intents (run, experiment, kind, name, action, state, issued_at) VALUES"
            " ('old', 'exp', ?, ?, 'update', ?, '2026-11-01T00:00:00+00:00')",
            (kind, name, state),
        )
    for item, member, state in ((0, "web-2-0", "held"), (1, "web-2-1", "held"), (9, "db-12", "quarantine")):
        until = "2099-01-01T00:00:00+00:00" if state == "quarantine" else None
        row = ("ipv4", FIRST + item, "exp", "lease/lan", member, state, until)
        db.execute("INSERT INTO number_leases VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    db.execute("INSERT INTO number_leases VALUES ('vlan:lille', 700, 'exp', 'vlan/lan', '', 'held', NULL)")
    db.execute("INSERT INTO node_leases VALUES ('n-1', 'exp', 'hosts')")
    db.execute(
        "INSERT INTO locks VALUES"
        " ('exp', 'old', 'far-away', 1, '2026-11-01T00:00:00+00:00', '2026-11-01T00:00:00+00:00')"
    )
    db.close()
    return make_store(path=path)


def test_what_was_recorded_and_intended_is_known(store: Store) -> None:
    allocations = store.allocations("exp")
    assert allocations.recorded == {at("a"): thing("a")} and allocations.fence.lineage == "as-it-was"
    assert allocations.intended == {at("a"): thing("a", spec=domain("a", 512))}
    (row,) = store.experiments()
    assert (row.life, row.generation, row.project) == (7, 3, "")


def test_what_was_held_is_held_by_whom_it_was(store: Store) -> None:
    leases = store.leases
    assert leases.holding("exp", "lease", "lan") == Lease((AddressRange("web-2", 0, FIRST, 2),))
    assert leases.holding("exp", "vlan", "lan") == Vlan((("vlan:lille", 700),))
    assert leases.holding("exp", "reservation", "hosts") == Reservation(("n-1",))
    assert [(row.what, row.member, row.state) for row in leases.rows() if row.pool == "ipv4"] == [
        ("10.136.16.1", "web-2-0", "bound"),
        ("10.136.16.2", "web-2-1", "bound"),
        ("10.136.16.10", "db-12", "quarantine"),
    ]


def test_what_was_of_unknown_end_is_open_and_its_run_may_still_act(store: Store) -> None:
    (address, intent), *others = store.allocations("exp").open.items()
    assert address == Address("domain", "exp", "a") and others == []
    assert (intent.action, intent.run, intent.endpoint) == (Action.UPDATE, "old", thing("a").endpoint)
    assert intent.doubtful, "nobody here can say what a process far away does"


def test_epochs_go_on_beyond_those_that_devices_may_carry(store: Store) -> None:
    assert store.lock("exp", "new") > 7


def test_what_its_devices_were_marked_with_is_of_this_state(store: Store) -> None:
    known = store.allocations("exp").fence.known_acquisitions
    assert known is not None and known.has("exp", 7), "the first version marked with the life, it had no acquisitions"
    assert not known.has("exp", 8)
