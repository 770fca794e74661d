"""The real books, in a database of their own: nothing to imitate."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.drivers.lease.driver import LeaseDriver
from reconciler.resources.holding import AddressRun, Lease
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.drivers.fence import FENCE

KIND = "lease"
SPECS = (
    Lease((AddressRun("web", 0, 0x0A881001, 4),)),
    Lease((AddressRun("web", 0, 0x0A881001, 2), AddressRun("web", 2, 0x0A881010, 3))),
)


def make() -> LeaseDriver:
    database = Database(None)
    store = Store(database, lambda: datetime.now(UTC))
    store.lock("exp", "run")
    with database.transaction() as db:
        db.execute("UPDATE locks SET epoch = ?", (FENCE.epoch,))
    return LeaseDriver(store.leases)
