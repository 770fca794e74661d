"""S22: whoever changes, shortens or invents what the audit log tells is found out; and no secret is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciler.model.change import Change
from reconciler.resources.reservation import Reservation
from reconciler.store.audit import SITE
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.planning.worlds import Command, plan_step, thing
from tests.store.stores import HandClock, HandMachine

CANARY = "canary-7f3d"


@pytest.fixture
def store() -> Iterator[Store]:
    """Where three calls were made, the second with what should show nowhere."""
    made = Store(Database(None), HandClock(), HandMachine())
    epoch = made.lock("exp", "run")
    made.leases.hold("exp", [("reservation", "hosts", Reservation(("h1",)))], epoch)
    for command in ("one", CANARY, "three"):
        step = plan_step(Change(thing("a"), None, thing("a").spec))
        made.issue("run", [replace(step, commands=(Command(command),))])
    made.leases.reserve("vlan:lille", [700], "printers", CANARY)
    yield made
    made.close()


def overwrite(store: Store, statement: str) -> None:
    """As who owns the file can, having taken the database's own refusal out of the way."""
    with store._database.transaction() as db:
        for trigger in ("audit_not_changed", "audit_not_shortened"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute(statement)


COLUMNS = ("at", "run", "who", "epoch", "act", "what", "digest", "hash", "number", "experiment")


@pytest.mark.parametrize("column", COLUMNS)
def test_s22_no_column_of_an_audit_log_can_be_changed_unnoticed(store: Store, column: str) -> None:
    value = "77" if column in ("epoch", "number") else "'other'"
    overwrite(store, f"UPDATE audit SET {column} = {value} WHERE experiment = 'exp' AND number = 2")
    assert store.audit.verify().faults


def test_s22_the_table_that_tests_change_has_no_other_column(store: Store) -> None:
    with store._database.reading() as db:
        names = {name for _, name, *_ in db.execute("PRAGMA table_info(audit)").fetchall()}
    assert names == set(COLUMNS)


def test_s22_an_audit_log_that_was_cut_off_does_not_fit_what_was_kept_elsewhere(store: Store) -> None:
    kept = store.audit.verify().heads
    overwrite(store, "DELETE FROM audit WHERE number = 3 OR experiment = ''")
    assert [(fault.chain, fault.number) for fault in store.audit.verify(kept).faults] == [(SITE, 1), ("exp", 3)]


def test_s16_nothing_that_is_sent_stands_in_the_audit_log(store: Store) -> None:
    with store._database.reading() as db:
        rows = db.execute("SELECT * FROM audit").fetchall()
    assert len(rows) == 4 and CANARY not in repr(rows)
