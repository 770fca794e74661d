"""The real books, in a database of their own: nothing to imitate."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.resources.lease import AddressRange, Lease
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.drivers.fence import FENCE

KIND = "lease"
SPECS = (
    Lease((AddressRange("web", 0, 0x0A881001, 4),)),
    Lease((AddressRange("web", 0, 0x0A881001, 2), AddressRange("web", 2, 0x0A881010, 3))),
)


def make() -> AllocationsDriver:
    database = Database(None)
    store = Store(database, lambda: datetime.now(UTC))
    store.lock("exp", "run")
    with database.transaction() as db:
        db.execute("UPDATE locks SET epoch = ?", (FENCE.epoch,))
    return AllocationsDriver(store.leases)
