"""Who holds what at this moment, by the state database; the checkers' measure of everything."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address

from reconciler.resources.lease import derive_mac
from reconciler.resources.number_ranges import IPV4
from reconciler.store.leases import LeaseStore

QUARANTINE = "quarantine"


@dataclass(slots=True)
class Truth:
    """``nodes`` by endpoint name, ``ids`` by (pool, id) and ``macs`` of leased addresses: each with its experiment.

    Only what is held counts: what is in quarantine is nobody's to use.
    """

    nodes: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, int], str] = field(default_factory=dict)
    macs: dict[str, str] = field(default_factory=dict)

    def read(self, leases: LeaseStore) -> None:
        self.nodes, self.ids, self.macs = {}, {}, {}
        for row in leases.rows():
            if row.state == QUARANTINE:
                continue
            if row.pool == "node":
                self.nodes[row.what] = row.experiment
            elif row.pool == IPV4:
                self.macs[derive_mac(int(IPv4Address(row.what)))] = row.experiment
            else:
                self.ids[row.pool, int(row.what)] = row.experiment
