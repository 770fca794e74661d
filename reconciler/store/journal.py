"""The journal of intents: prepared, issued, and then done, absent or unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.store import resources
from reconciler.store.sql import Sql

_INSERT = (
    "INSERT INTO intents (run, experiment, kind, name, action, endpoint, state, noted_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SETTLE = (
    "UPDATE intents SET state = ?, settled_at = ?, detail = ?, accepted = ?, ticket = ?"
    " WHERE run = ? AND experiment = ? AND kind = ? AND name = ? AND state = 'issued'"
)
_OPEN = (
    "SELECT id, run, kind, name, action, endpoint, state, accepted, ticket FROM intents"
    " WHERE experiment = ? AND state IN ('issued', 'unknown') ORDER BY id"
)


@dataclass(frozen=True, slots=True)
class Intent:
    """One that is open: issued, or of unknown end."""

    id: int
    run: str
    address: Address
    action: Action
    endpoint: Endpoint
    state: str
    accepted: bool
    ticket: str


def open_intents(db: Sql, experiment: str) -> list[Intent]:
    """Oldest first."""
    return [
        Intent(i, run, Address(kind, experiment, name), Action(action), _endpoint(where), state, bool(accepted), ticket)
        for i, run, kind, name, action, where, state, accepted, ticket in db.execute(_OPEN, (experiment,))
    ]


def prepare(db: Sql, run: str, experiment: str, steps: Iterable[Step[Any]], now: str) -> None:
    """What this pass decided takes the place of what an earlier one did, and did not send."""
    db.execute("DELETE FROM intents WHERE experiment = ? AND state = 'prepared'", (experiment,))
    db.executemany(_INSERT, [_row(run, step, "prepared", now) for step in steps])


def issue(db: Sql, run: str, steps: Sequence[Step[Any]], now: str) -> None:
    """The intents, and what they are about to make."""
    by_action: Mapping[Action, list[Resource[Any]]] = {
        action: [step.change.resource for step in steps if step.change.action is action] for action in Action
    }
    resources.record(db, by_action[Action.CREATE])
    resources.record_if_new(db, by_action[Action.UPDATE])
    resources.intend(db, by_action[Action.UPDATE])
    db.executemany(
        "DELETE FROM intents WHERE experiment = ? AND kind = ? AND name = ? AND state = 'prepared'",
        [(a.experiment, a.kind, a.name) for step in steps for a in (step.change.address,)],
    )
    db.executemany(_INSERT, [_row(run, step, "issued", now) for step in steps])


def settle(db: Sql, run: str, pairs: Sequence[tuple[Step[Any], Outcome]], now: str) -> None:
    done = [step.change for step, outcome in pairs if isinstance(outcome, Done)]
    resources.forget(db, [change.address for change in done if change.action is Action.DELETE])
    resources.record(db, [change.resource for change in done if change.action is not Action.DELETE])
    db.executemany(
        _SETTLE,
        [
            (*_end(outcome, now), run, a.experiment, a.kind, a.name)
            for step, outcome in pairs
            for a in (step.change.address,)
        ],
    )


def settle_held(db: Sql, experiment: str, keys: Iterable[tuple[str, str]], now: str) -> None:
    """What the state database was asked for is done in the very transaction that does it."""
    db.executemany(
        "UPDATE intents SET state = 'done', settled_at = ?, detail = 'held'"
        " WHERE experiment = ? AND kind = ? AND name = ? AND state IN ('issued', 'unknown')",
        [(now, experiment, kind, name) for kind, name in keys],
    )


def resolve(db: Sql, experiment: str, known: Collection[Intent], observed: Mapping[Address, Observed[Any]]) -> _Ends:
    """What a look behind a barrier says of open intents; what it does not tell stays open.

    What earlier ones intended (one that was refused half-way may have left a part of it) is forgotten once what is
    recorded was seen again.
    """
    recorded, intended = resources.read_resources(db, experiment)
    under_way = {intent.address for intent in open_intents(db, experiment)}
    left = {a: wish for a, wish in intended.items() if a not in under_way}
    resources.record(db, [wish for a, wish in left.items() if observed.get(a) == Present(wish.spec)])
    ends = _Ends([], [], {a for a in left if a in recorded and observed.get(a) == Present(recorded[a].spec)})
    for intent in known:
        address = intent.address
        match observed.get(address):
            case Absent():
                (ends.done if intent.action is Action.DELETE else ends.absent).append(intent.id)
            case Present(spec):
                wish = intended.get(address)
                if intent.action is Action.UPDATE and wish is not None:
                    before = recorded.get(address)
                    if spec == wish.spec:
                        resources.record(db, [wish])
                    elif before is not None and spec == before.spec:
                        ends.given_up.add(address)
                    made = spec == wish.spec
                else:
                    made = intent.action is not Action.DELETE
                (ends.done if made else ends.absent).append(intent.id)
    return ends


@dataclass(frozen=True, slots=True)
class _Ends:
    """How open intents ended, by what was seen; and of which addresses nothing else is intended any more."""

    done: list[int]
    absent: list[int]
    given_up: set[Address]

    def write(self, db: Sql, now: str) -> None:
        resources.give_up(db, self.given_up)
        for state, ids in (("done", self.done), ("absent", self.absent)):
            db.executemany(
                "UPDATE intents SET state = ?, settled_at = ?, detail = 'observed' WHERE id = ?",
                [(state, now, number) for number in ids],
            )


def _row(run: str, step: Step[Any], state: str, now: str) -> tuple[str, ...]:
    address, endpoint = step.change.address, step.change.resource.endpoint
    where = f"{endpoint.driver}@{endpoint.host}"
    return run, address.experiment, address.kind, address.name, step.change.action.value, where, state, now


def _end(outcome: Outcome, now: str) -> tuple[str, str | None, str, int, str]:
    """state, settled_at, detail, accepted, ticket"""
    match outcome:
        case Done():
            return "done", now, "", 0, ""
        case Waiting(_, reason, _, ticket):
            return "issued", None, reason, 1, ticket
        case Failed(_, error, unsure, ticket):
            return ("unknown" if unsure else "absent"), now, str(error), 0, ticket


def _endpoint(text: str) -> Endpoint:
    driver, _, host = text.partition("@")
    return Endpoint(driver, host)
