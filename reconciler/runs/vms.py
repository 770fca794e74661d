"""Every VM of an experiment, asked of its host now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.engine.effects import Decision
from reconciler.model.address import Address
from reconciler.model.resource import Absent, Present
from reconciler.resources.domain import KIND, Domain
from reconciler.resources.lease import Lease, derive_mac, render_ipv4
from reconciler.runs.context import Context
from reconciler.runs.survey import survey_recorded
from reconciler.spec.counts import natural


@dataclass(frozen=True, slots=True)
class VmRow:
    """``state`` is what its host says, ``absent``, or ``unknown`` when the host does not say.

    ``ip`` and ``mac`` are comma-separated where it has several interfaces; ``-`` is one without an address.
    """

    name: str
    host: str
    state: str
    ip: str
    mac: str
    experiment: str
    domain: str
    uuid: str


def vms_of(context: Context, experiment: str) -> list[VmRow]:
    """In natural order of names."""
    decision = survey_recorded(context, experiment)
    recorded = decision.world.recorded
    addresses = sorted((a for a in recorded if a.kind == KIND.name), key=lambda a: natural(a.name))
    leased = _leased(decision)
    return [row for address in addresses for row in _rows(decision, address, leased)]


def _leased(decision: Decision) -> Mapping[str, str]:
    """The addresses that the experiment has, by MAC."""
    leases = [r.spec for r in decision.world.recorded.values() if isinstance(r.spec, Lease)]
    numbers = [number for lease in leases for run in lease.runs for _, number in run.pairs()]
    return {derive_mac(number): render_ipv4(number) for number in numbers}


def _rows(decision: Decision, address: Address, leased: Mapping[str, str]) -> Iterator[VmRow]:
    resource, seen = decision.world.recorded[address], decision.world.observed.get(address)
    domain = seen.spec if isinstance(seen, Present) else resource.spec
    if not isinstance(domain, Domain):
        return
    state = domain.state if isinstance(seen, Present) else "absent" if isinstance(seen, Absent) else "unknown"
    macs = [nic.mac for nic in domain.nics]
    ips = ",".join(leased.get(mac, "-") for mac in macs)
    host = resource.endpoint.host
    yield VmRow(address.name, host, state, ips, ",".join(macs), address.experiment, domain.name, domain.uuid)
