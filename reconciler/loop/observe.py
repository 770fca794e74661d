"""Look at the devices: every endpoint once, carriers before what they carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.loop.session import Resources, Session
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import ReconcilerError
from reconciler.model.fence import UNFENCED
from reconciler.model.resource import Absent, Observed, Present, Resource, Unknown
from reconciler.resources.book import Book


@dataclass(slots=True)
class View:
    """What is known of the devices in this run.

    ``asked`` holds, for each endpoint that need not be asked again, what it was asked about.
    """

    observed: dict[Address, Observed[Any]] = field(default_factory=dict)
    asked: dict[Endpoint, set[tuple[Address, object]]] = field(default_factory=dict)

    def take(self, resource: Resource[Any], readback: Observed[Any]) -> None:
        """What a step read back counts as asked; an endpoint all of whose resources told is not asked once more."""
        self.observed[resource.address] = readback
        if not isinstance(readback, Unknown):
            self.asked.setdefault(resource.endpoint, set()).add((resource.address, resource.spec))

    def forget(self, endpoint: Endpoint) -> None:
        self.asked.pop(endpoint, None)


def observe(session: Session, desired: Resources, book: Book, view: View) -> None:
    """Ask every endpoint that was not asked yet, once, about all of its resources; carriers before what they carry."""
    resources = {**desired, **book.recorded}
    wanted: dict[Endpoint, list[Resource[Any]]] = defaultdict(list)
    carried: dict[Endpoint, set[Address]] = defaultdict(set)
    for address, resource in resources.items():
        endpoint = resource.endpoint
        wanted[endpoint].append(resource)
        for other in (desired.get(address), book.intended.get(address)):
            if (
                other is not None
                and other is not resource
                and other.endpoint == endpoint
                and other.spec != resource.spec
            ):
                wanted[endpoint].append(other)
        if resource.carrier is not None:
            carried[endpoint].add(resource.carrier)
    _ask(session, {e: r for e, r in wanted.items() if not carried[e]}, view)
    ready: dict[Endpoint, list[Resource[Any]]] = {}
    for endpoint, carriers in carried.items():
        if not carriers:
            continue
        reason = _not_yet(carriers, desired, view)
        if reason is None:
            ready[endpoint] = wanted[endpoint]
        else:
            view.forget(endpoint)
            view.observed.update((resource.address, reason) for resource in wanted[endpoint])
    _ask(session, ready, view)


def _not_yet(carriers: Iterable[Address], desired: Resources, view: View) -> Unknown | None:
    """Why a host is not asked: its image is being made, or is about to be."""
    for carrier in carriers:
        seen = view.observed.get(carrier)
        if isinstance(seen, Unknown) and seen.retry_in_s is not None:
            return Unknown(f"its node is being imaged: {seen.reason}", seen.retry_in_s)
        wanted = desired.get(carrier)
        if wanted is not None and (
            isinstance(seen, Absent) or (isinstance(seen, Present) and seen.spec != wanted.spec)
        ):
            return Unknown("its node is about to be imaged")
    return None


def _ask(session: Session, wanted: Mapping[Endpoint, Sequence[Resource[Any]]], view: View) -> None:
    questions = {e: {(r.address, r.spec) for r in resources} for e, resources in wanted.items()}
    todo = [e for e in sorted(wanted) if e not in view.asked or not questions[e] <= view.asked[e]]
    answers = session.pool.map(lambda endpoint: _ask_one(session, endpoint, wanted[endpoint]), todo)
    for endpoint, answer in zip(todo, answers, strict=True):
        view.observed.update(answer)
        view.asked[endpoint] = questions[endpoint]


def _ask_one(session: Session, endpoint: Endpoint, wanted: Sequence[Resource[Any]]) -> Mapping[Address, Observed[Any]]:
    driver = session.drivers.get(endpoint.driver)
    if driver is None:
        return {resource.address: Unknown(f"no driver named {endpoint.driver}") for resource in wanted}
    try:
        return driver.observe(endpoint, wanted, UNFENCED)
    except ReconcilerError as error:
        return {resource.address: Unknown(str(error)) for resource in wanted}
