"""What is no longer wanted but still in use: kept for one more pass, given back after its user is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.address import Address
from reconciler.resources.book import Book
from reconciler.resources.domain import Domain
from reconciler.resources.holding import AddressRun, Lease, Reservation, derive_mac, gather_runs


def lingering_nodes(book: Book, address: Address, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The chosen nodes and those held before on which something of ours is still recorded."""
    recorded = book.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Reservation) or set(recorded.spec.nodes) <= set(chosen):
        return chosen
    busy = set(_busy_nodes(book))
    return (*chosen, *(node for node in recorded.spec.nodes if node not in chosen and node in busy))


def _busy_nodes(book: Book) -> Iterator[str]:
    for address, resource in book.recorded.items():
        if address.kind in ("deployment", "host"):
            yield address.name
        elif address.kind in ("bridge", "domain"):
            yield resource.endpoint.host


def lingering_runs(book: Book, address: Address, chosen: tuple[AddressRun, ...]) -> tuple[AddressRun, ...]:
    """The chosen runs, and the addresses held before by VMs whose domU is still recorded with them."""
    recorded = book.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Lease) or recorded.spec.runs == chosen:
        return chosen
    wanted = {pair for run in chosen for pair in run.pairs()}
    held = {pair for run in recorded.spec.runs for pair in run.pairs()}
    used = {(vm, number) for vm, number in held - wanted if _uses(book, address.experiment, vm, number)}
    return gather_runs(wanted | used) if used else chosen


def _uses(book: Book, experiment: str, vm: str, number: int) -> bool:
    address = Address("domain", experiment, vm)
    mac = derive_mac(number)
    seen: Iterable[object] = (r.spec for r in (book.recorded.get(address), book.intended.get(address)) if r is not None)
    return any(isinstance(spec, Domain) and any(nic.mac == mac for nic in spec.nics) for spec in seen)
