"""The fifteen design errors that every simulator of this kind must find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reconciler.compile import experiment as compiling
from reconciler.compile import guests
from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.switch import projection
from reconciler.engine import survey, view
from reconciler.model.errors import ReconcilerError
from reconciler.model.resource import Present
from reconciler.planning import plan, waiting
from reconciler.store import journal, nodes, numbers, runs
from tests.simulation import process
from tests.simulation.devices import deployer, switch
from tests.simulation.planted.patches import Error, Patch, instead, nothing, returns


def _up_first(commit: Any) -> Any:
    def two_steps(self: Any, call: Any, session: Any, ports: Any, what: str) -> Any:
        half = {
            name: replace(self.running.get(name, port), description=port.description, enabled=True)
            for name, port in ports.items()
            if port.description and port != self.running.get(name)
        }
        if half:
            self._run({**self.running, **half}, call.experiment, "up, before its VLAN")
        return (yield from commit(self, call, session, ports, what))

    return two_steps


def _random_ids(derive: Any) -> Any:
    count = iter(range(10**9))
    return lambda name: derive(f"{name} {next(count)}")


def _select_then_insert(take: Any) -> Any:
    def take_anyway(db: Any, backend: Any, holder: Any, number_range: Any) -> None:
        last = number_range.first + number_range.count - 1
        db.execute(
            "DELETE FROM number_leases WHERE pool = ? AND item BETWEEN ? AND ?",
            (number_range.pool, number_range.first, last),
        )
        take(db, backend, holder, number_range)

    return take_anyway


def _nodes_anyway(take: Any) -> Any:
    def take_anyway(db: Any, backend: Any, experiment: str, gained: Any) -> None:
        wanted = list(gained)
        for node, _ in wanted:
            db.execute("DELETE FROM node_leases WHERE node = ?", (node,))
        take(db, backend, experiment, wanted)

    return take_anyway


def _believe_the_book(learn: Any) -> Any:
    def believing(self: Any, ask: Any, answer: Any) -> None:
        learn(self, ask, answer)
        for resource in reversed(ask.resources):
            if resource.address.kind in ("domain", "bridge", "switch") and resource.address in self.believed:
                self.observed[resource.address] = Present(resource.spec)

    return believing


def _remember_the_book(read: Any) -> Any:
    def remembering(self: Any, allocations: Any) -> Any:
        view.View.believed = allocations.recorded  # type: ignore[attr-defined]  # of the planted error alone
        return read(self, allocations)

    return remembering


def _no_order(order: Any) -> Any:
    return lambda world, steps: {address: frozenset() for address in steps}


def _without_barriers(asks: Any) -> Any:
    def unbarred(*args: Any, **kwargs: Any) -> list[Any]:
        return [replace(ask, fence=replace(ask.fence, barrier=False, tickets=())) for ask in asks(*args, **kwargs)]

    return unbarred


def _settled_anyway(learn: Any) -> Any:
    def settling(self: Any, ask: Any, answer: Any) -> None:
        learn(self, ask, answer)
        if not isinstance(answer, ReconcilerError):
            self.settled.add(ask.endpoint)

    return settling


def _one_view(make: Any) -> Any:
    """The same for all runs, however long ago the last one looked."""
    kept = make()
    return lambda: kept


def _piecemeal(apply: Any) -> Any:
    def one_by_one(self: Any, endpoint: Any, steps: Any, fence: Any) -> Iterator[Any]:
        for step in steps:
            yield from apply(self, endpoint, [step], fence)

    return one_by_one


def _accepts_busy(init: Any) -> Any:
    def accepting(self: Any, *args: Any) -> None:
        init(self, *args)
        self.refuses_busy = False

    return accepting


_NO_DEVICE_FENCE = (
    Patch(switch, "refuse_if_overtaken", instead(nothing)),
    Patch(HostMark, "judge", returns("")),
)
_NO_LINGERING = (
    Patch(compiling, "nodes_held_until_unused", instead(lambda allocations, address, chosen, behind: chosen)),
    Patch(compiling, "ids_held_until_unused", instead(lambda allocations, address, chosen: chosen)),
    Patch(compiling, "ranges_held_until_unused", instead(lambda allocations, address, chosen: chosen)),
)
_NOT_WAITING = (
    Patch(waiting.Waits, "_still_used", returns(())),
    Patch(plan, "_order", _no_order),
)
_SECOND_RUN = (Patch(deployer.Deployer, "__init__", _accepts_busy),)

CONTRACT = (
    Error("up first", "A port is up before its VLAN is set", "a life", (Patch(switch.Switch, "_commit", _up_first),)),
    Error("random ids", "Ids are drawn, not derived", "it stays", (Patch(guests, "derive_uuid", _random_ids),)),
    Error(
        "unclean handover",
        "A node is handed over with what was on it",
        "one after the other",
        (*_NOT_WAITING, *_NO_LINGERING),
    ),
    Error(
        "no ownership check",
        "The device's marks are not looked at",
        "marks of others",
        (Patch(projection, "claimed_by_another", returns(False)),),
    ),
    Error(
        "select then insert",
        "What looked free when it was chosen is taken, whoever has it by now",
        "two lives",
        (Patch(numbers, "take", _select_then_insert), Patch(nodes, "take", _nodes_anyway)),
    ),
    Error(
        "own book-keeping",
        "What is recorded counts as observed",
        "changed by hand",
        (Patch(view.View, "learn", _believe_the_book), Patch(survey.Survey, "read", _remember_the_book)),
    ),
    Error(
        "lease freed early",
        "Addresses are given back before the VM is observed gone",
        "deletions are refused",
        (
            *_NOT_WAITING,
            Patch(compiling, "ranges_held_until_unused", instead(lambda allocations, address, chosen: chosen)),
        ),
    ),
    Error(
        "no fencing",
        "Nobody notices a run that was overtaken",
        "paused for long",
        (*_NO_DEVICE_FENCE, Patch(runs, "keep", instead(nothing)), Patch(runs, "fence", instead(nothing))),
    ),
    Error("no device fence", "Only the database notices a run that was overtaken", "late and dead", _NO_DEVICE_FENCE),
    Error(
        "stale observation",
        "What an earlier run saw is not asked again",
        "changed by hand",
        (Patch(process, "View", _one_view),),
    ),
    Error(
        "VLAN freed early",
        "A VLAN id is given back before its ports are cleared",
        "a network moves",
        (Patch(compiling, "ids_held_until_unused", instead(lambda allocations, address, chosen: chosen)),),
    ),
    Error(
        "no barrier",
        "Open intents are settled by a look that proves nothing",
        "late and dead",
        (Patch(survey, "asks", _without_barriers), Patch(view.View, "learn", _settled_anyway)),
    ),
    Error("second deployment", "The deployer takes a node that it is imaging", "images", _SECOND_RUN),
    Error(
        "no journal",
        "No intents are kept, and the deployer takes a node that it is imaging",
        "images",
        (*_SECOND_RUN, Patch(journal, "open_intents", returns([]))),
    ),
    Error(
        "partial gang",
        "Of a set of holdings some are kept when others are refused",
        "the last of everything",
        (Patch(AllocationsDriver, "apply", _piecemeal),),
    ),
)
