"""Addresses in a plan are read by people."""

from __future__ import annotations

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Cause, Change
from reconciler.model.resource import Resource
from reconciler.planning.render import explain
from reconciler.resources.lease import AddressRange, Lease

FIRST = AddressRange("web", 0, 0x0A881001, 2)


def test_a_lease_that_grows_says_which_addresses_and_for_whom() -> None:
    after = Lease((FIRST, AddressRange("web", 2, 0x0A881019, 6), AddressRange("db", 0, 0x0A881020, 1)))
    resource = Resource(Address("lease", "exp", "lan"), Endpoint("allocations", "database"), after)
    said = explain(Change(resource, Lease((FIRST,)), after, Cause.EDIT))
    assert said == "edited: runs +[10.136.16.25-10.136.16.30 for web-2…7] +[10.136.16.32 for db-0]"
