"""The real books, in a database of their own: nothing to imitate."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from reconciler.drivers.lease.driver import LeaseDriver
from reconciler.resources.holding import AddressRun, Lease
from reconciler.store.database import Database
from reconciler.store.leases import LeaseBook

KIND = "lease"
SPECS = (
    Lease((AddressRun("web", 0, 0x0A881001, 4),)),
    Lease((AddressRun("web", 0, 0x0A881001, 2), AddressRun("web", 2, 0x0A881010, 3))),
)


def make() -> LeaseDriver:
    folder = tempfile.TemporaryDirectory()
    database = Database(Path(folder.name) / "state.db")
    books = LeaseBook(database, lambda: datetime.now(UTC))
    books.folder = folder  # keeps the folder as long as the books
    return LeaseDriver(books)
