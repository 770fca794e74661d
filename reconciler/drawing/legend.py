"""Networks in words: kind, VLAN and S-VLAN ids, addresses; and the colour each is drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.allocation.allocate import Assignment
from reconciler.drawing.figure import COLOURS, Network
from reconciler.resources.lease import render_ipv4
from reconciler.spec.experiment import Experiment, NetworkSpec


def network_key(experiment: Experiment, network: str) -> str:
    return f"{experiment.metadata.name}/{network}"


def describe_networks(parts: Sequence[tuple[Experiment, Assignment]]) -> tuple[Network, ...]:
    """The networks of all experiments, in the order of their documents."""
    found = [(e, network, assignment) for e, assignment in parts for network in e.spec.networks]
    return tuple(
        Network(
            network_key(experiment, network.name),
            network.name if len(parts) == 1 else network_key(experiment, network.name),
            COLOURS[index % len(COLOURS)],
            tuple(_details(network, assignment)),
        )
        for index, (experiment, network, assignment) in enumerate(found)
    )


def _details(network: NetworkSpec, assignment: Assignment) -> Iterator[str]:
    yield f"{network.kind} at {', '.join(network.sites)}"
    places: dict[str, list[str]] = {}
    for pool, number in sorted(assignment.ids.get(network.name, ()), reverse=True):
        sort, _, place = pool.partition(":")
        places.setdefault(f"S-VLAN {number} on" if sort == "stag" else f"VLAN {number} at", []).append(place)
    yield from (f"{what} {', '.join(sorted(where))}" for what, where in places.items())
    if network.addresses is not None:
        yield f"range {network.addresses}"
    runs = sorted(assignment.leases.get(network.name, ()), key=lambda run: run.first)
    if runs:
        first, last = runs[0].first, max(run.first + run.count - 1 for run in runs)
        yield f"{sum(run.count for run in runs)} leased: {render_ipv4(first)} to {render_ipv4(last)}"
