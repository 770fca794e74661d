"""The real allocations, in a database of their own: nothing to imitate."""

from __future__ import annotations

from datetime import UTC, datetime

from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.drivers.fence import FENCE

SPECS = {
    "reservation": (Reservation(("griffon-1.nancy",)), Reservation(("griffon-1.nancy", "griffon-2.nancy"))),
    "vlan": (Vlan((("vlan:nancy", 700),)), Vlan((("stag:wan", 1000), ("vlan:nancy", 701)))),
    "lease": (
        Lease((AddressRange("web", 0, 0x0A881001, 4),)),
        Lease((AddressRange("web", 0, 0x0A881001, 2), AddressRange("web", 2, 0x0A881010, 3))),
    ),
}
BASES = {"lease": SPECS["lease"][1]}
VARIED = {
    "lease": {
        "runs.group": Lease((AddressRange("wea", 0, 0x0A881001, 2), AddressRange("web", 2, 0x0A881010, 3))),
        "runs.count": Lease((AddressRange("web", 0, 0x0A881001, 1), AddressRange("web", 2, 0x0A881010, 3))),
        "runs.index": Lease((AddressRange("web", 1, 0x0A881001, 1), AddressRange("web", 2, 0x0A881010, 3))),
    }
}


def make() -> AllocationsDriver:
    database = Database(None)
    store = Store(database, lambda: datetime.now(UTC))
    store.lock("exp", "run")
    with database.transaction() as db:
        db.execute("UPDATE locks SET epoch = ?", (FENCE.epoch,))
    return AllocationsDriver(store.leases)
