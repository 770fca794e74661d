"""What is known of the devices, and whom to ask for the rest: every endpoint once, carriers before what they carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from reconciler.engine.effects import Ask
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import ReconcilerError
from reconciler.model.resource import Absent, Observed, Present, Resource, Unknown
from reconciler.resources.allocations import Allocations
from reconciler.resources.kind import Fencing
from reconciler.resources.kinds import KINDS

Resources: TypeAlias = Mapping[Address, Resource[Any]]
Questions: TypeAlias = dict[Endpoint, list[Resource[Any]]]


@dataclass(slots=True)
class View:
    """What is known of the devices in this run.

    ``asked`` holds, for each endpoint that need not be asked again, what it was asked about; ``settled`` those of them
    that were asked behind a barrier.
    """

    observed: dict[Address, Observed[Any]] = field(default_factory=dict)
    asked: dict[Endpoint, set[tuple[Address, object]]] = field(default_factory=dict)
    settled: set[Endpoint] = field(default_factory=set)

    def take(self, resource: Resource[Any], readback: Observed[Any]) -> None:
        """What a step read back counts as asked; an endpoint all of whose resources told is not asked once more."""
        self.observed[resource.address] = readback
        if not isinstance(readback, Unknown):
            self.asked.setdefault(resource.endpoint, set()).add((resource.address, resource.spec))

    def learn(self, ask: Ask, answer: Mapping[Address, Observed[Any]] | ReconcilerError) -> None:
        """An endpoint that could not tell makes everything on it unknown."""
        if isinstance(answer, ReconcilerError):
            self.observed.update((resource.address, Unknown(str(answer))) for resource in ask.resources)
        else:
            self.observed.update(answer)
            if ask.fence.barrier:
                self.settled.add(ask.endpoint)
        self.asked[ask.endpoint] = _questions(ask.resources)

    def forget(self, endpoint: Endpoint) -> None:
        self.asked.pop(endpoint, None)
        self.settled.discard(endpoint)


@dataclass(frozen=True, slots=True)
class ObservationScope:
    """All that a pass may have to ask: at once, and after the images of the nodes are known."""

    first: Questions
    carried: Questions
    carriers: Mapping[Endpoint, set[Address]]


def make_scope(desired: Resources, allocations: Allocations) -> ObservationScope:
    """Every resource is looked for where it is recorded, else where it is wanted; as what is wanted there first, then
    as what is recorded and intended.
    """
    wanted: Questions = defaultdict(list)
    carriers: dict[Endpoint, set[Address]] = defaultdict(set)
    for address, resource in {**desired, **allocations.recorded}.items():
        if address.kind not in KINDS:  # no driver is asked about what nobody here can read
            continue
        endpoint = resource.endpoint
        specs: list[object] = []
        for form in (desired.get(address), resource, allocations.intended.get(address)):
            if form is not None and form.endpoint == endpoint and form.spec not in specs:
                specs.append(form.spec)
                wanted[endpoint].append(form)
        if resource.carrier is not None:
            carriers[endpoint].add(resource.carrier)
    return ObservationScope(
        {e: r for e, r in wanted.items() if e not in carriers},
        {e: wanted[e] for e in carriers},
        carriers,
    )


def ready_hosts(scope: ObservationScope, desired: Resources, allocations: Allocations, view: View) -> Questions:
    """The endpoints on carriers that can be asked now; of the others it is noted in ``view`` why they cannot."""
    ready: Questions = {}
    for endpoint, resources in scope.carried.items():
        reason = _not_yet(scope.carriers[endpoint], desired, allocations, view)
        if reason is None:
            ready[endpoint] = resources
        else:
            view.forget(endpoint)
            view.observed.update((resource.address, reason) for resource in resources)
    return ready


def asks(
    wanted: Questions, view: View, allocations: Allocations, *, barriers: bool, behind: Collection[Endpoint] = ()
) -> list[Ask]:
    """What has to be asked, in order of endpoint: if ``barriers``, behind one where the journal is open and at those
    of ``behind``.

    Not behind one where a barrier would mark what is not ours yet: a device of which nothing is recorded, and whose
    own fence stops every earlier call.
    """
    tickets: dict[Endpoint, set[str]] = defaultdict(set, {endpoint: set() for endpoint in behind if barriers})
    if barriers and allocations.open:
        ours = {resource.endpoint for resource in (*allocations.recorded.values(), *allocations.intended.values())}
        for intent in allocations.open.values():
            asked = (resource.address.kind for resource in wanted.get(intent.endpoint, ()))
            if intent.endpoint in ours or not _FENCED.issuperset(asked):
                tickets[intent.endpoint] |= {intent.ticket}
    found = []
    for endpoint in sorted(wanted):
        resources, known = wanted[endpoint], view.asked.get(endpoint)
        unsettled = endpoint in tickets and endpoint not in view.settled
        if known is None or unsettled or not _questions(resources) <= known:
            names = tuple(sorted(tickets.get(endpoint, set()) - {""}))
            fence = replace(allocations.fence, barrier=endpoint in tickets, tickets=names)
            found.append(Ask(endpoint, tuple(resources), fence))
    return found


_FENCED = frozenset(kind.name for kind in KINDS.values() if kind.fencing is Fencing.ALWAYS and kind.holding is None)
"""Of these a device keeps our epoch, whatever else of ours is there: no earlier call passes it."""


def _questions(resources: Iterable[Resource[Any]]) -> set[tuple[Address, object]]:
    return {(resource.address, resource.spec) for resource in resources}


def _not_yet(carriers: Iterable[Address], desired: Resources, allocations: Allocations, view: View) -> Unknown | None:
    """Why a host is not asked: its image is being made, or is about to be.

    One that has its image by our record is asked, whatever its deployer says: it knows better.
    """
    for carrier in sorted(carriers):
        seen = view.observed.get(carrier)
        if isinstance(seen, Unknown) and seen.retry_in_s is not None:
            return Unknown(f"its node is being imaged: {seen.reason}", seen.retry_in_s)
        wanted, ours = desired.get(carrier), allocations.recorded.get(carrier)
        if wanted is None or (ours is not None and ours.spec == wanted.spec):
            continue
        if isinstance(seen, Absent) or (isinstance(seen, Present) and seen.spec != wanted.spec):
            return Unknown("its node is about to be imaged")
    return None
