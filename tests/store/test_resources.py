"""What is recorded of a resource, and what is intended of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciler.store.resources import forget, give_up, intend, read_resources, record, record_if_new
from reconciler.store.sql import Sql
from tests.planning.worlds import at, domain, thing
from tests.store.stores import make_database

A = thing("a")
GROWN = replace(A, spec=domain("a", 512), needs=frozenset({at("z")}))


@pytest.fixture
def db() -> Iterator[Sql]:
    with make_database().transaction() as sql:
        yield sql


def test_what_is_recorded_replaces_what_was_and_ends_what_was_intended(db: Sql) -> None:
    record(db, [A])
    intend(db, [GROWN])
    assert read_resources(db, "exp") == ({at("a"): A}, {at("a"): GROWN})
    record(db, [GROWN])
    assert read_resources(db, "exp") == ({at("a"): GROWN}, {})


def test_recording_what_may_be_known_already_changes_nothing_of_it(db: Sql) -> None:
    record_if_new(db, [A])
    record_if_new(db, [GROWN, thing("b")])
    assert read_resources(db, "exp")[0] == {at("a"): A, at("b"): thing("b")}


def test_giving_up_an_intention_keeps_the_record_and_forgetting_keeps_neither(db: Sql) -> None:
    record(db, [A])
    intend(db, [GROWN])
    give_up(db, [at("a")])
    assert read_resources(db, "exp") == ({at("a"): A}, {})
    intend(db, [GROWN])
    forget(db, [at("a")])
    assert read_resources(db, "exp") == ({}, {})
