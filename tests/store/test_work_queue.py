"""The queue: each experiment is looked after by one reconciler at a time, and none is forgotten."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reconciler.model.errors import Locked
from reconciler.runs.work_share import WorkShare
from reconciler.store.store import Store
from reconciler.store.work_table import Looked, Offered, Wanted
from reconciler.wiring import open_store
from tests.store.stores import HandClock, HandMachine, make_store

FIRST, SECOND = HandMachine.process(41), HandMachine.process(42)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def machine() -> HandMachine:
    made = HandMachine()
    made.as_(FIRST)
    return made


@pytest.fixture
def store(clock: HandClock, machine: HandMachine) -> Store:
    made = make_store(clock, machine=machine)
    for name in ("a", "b"):
        made.work.enqueue(name)
        clock.advance(seconds=1)
    return made


def test_who_waits_longest_comes_first_and_each_goes_to_one(store: Store) -> None:
    assert [store.work.claim("first"), store.work.claim("first"), store.work.claim("second")] == ["a", "b", None]


def test_what_was_looked_after_is_over(store: Store) -> None:
    assert store.work.claim("first") == "a"
    store.work.complete("first", "a")
    assert [store.work.claim("first"), store.work.claim("first")] == ["b", None]


def test_asking_twice_is_asking_once(store: Store) -> None:
    store.work.enqueue("a")
    assert [store.work.claim("first"), store.work.claim("first"), store.work.claim("first")] == ["a", "b", None]


def test_what_is_asked_for_while_it_is_looked_after_comes_again(store: Store) -> None:
    assert store.work.claim("first") == "a"
    store.work.enqueue("a")
    assert store.work.claim("second") == "b"
    store.work.complete("first", "a")
    assert store.work.claim("second") == "a"
    store.work.complete("second", "a")
    assert store.work.claim("first") is None


def test_a_claim_of_a_run_that_died_is_free_again(store: Store, machine: HandMachine) -> None:
    assert store.work.claim("first") == "a"
    machine.dead.add(41)
    machine.as_(SECOND)
    assert store.work.claim("second") == "a"
    with pytest.raises(Locked, match="no longer claimed by run first"):
        store.work.complete("first", "a")


def test_a_claim_of_a_silent_run_is_free_again_and_one_that_beats_is_not(
    store: Store, clock: HandClock, machine: HandMachine
) -> None:
    assert [store.work.claim("first"), store.work.claim("silent")] == ["a", "b"]
    machine.as_(HandMachine.process(9, "far-away"))
    for _ in range(4):
        clock.advance(seconds=31)
        store.work.beat("first")
    assert [store.work.claim("second"), store.work.claim("second")] == ["b", None]


def test_whoever_takes_a_silent_ones_claim_gets_the_lock_as_well(
    store: Store, clock: HandClock, machine: HandMachine
) -> None:
    assert store.work.claim("first") == "a"
    clock.advance(seconds=20)
    store.lock("a", "run-of-first")
    machine.as_(HandMachine.process(9, "far-away"))
    store.work.claim("second")
    while (claimed := store.work.claim("second")) is None:
        clock.advance(seconds=1)
    assert claimed == "a" and store.lock("a", "run-of-second")


def test_a_run_that_leaves_leaves_its_claims_to_others(store: Store) -> None:
    assert [store.work.claim("first"), store.work.claim("first")] == ["a", "b"]
    store.work.complete("first", "a")
    store.work.leave("first")
    assert [store.work.claim("second"), store.work.claim("second")] == ["b", None]


def test_waiting_for_work_ends(store: Store) -> None:
    assert not store.work.wait(0.01)


# -- what is due ---------------------------------------------------------------------------------------

MINUTE = timedelta(minutes=1)


def offer(store: Store, run: str, text: str = "t", *, fresh: bool = False) -> Offered:
    return store.work.offer(run, {"exp": Wanted(text, fresh)}, MINUTE)


@pytest.fixture
def shared(clock: HandClock, machine: HandMachine) -> Store:
    """A store in which ``first`` has just looked at `exp` with the text `t`."""
    made = make_store(clock, machine=machine)
    offer(made, "first", fresh=True)
    assert made.work.claim("first", {"exp": "t"}) == "exp"
    made.work.complete("first", "exp", Looked())
    machine.as_(SECOND)
    return made


def claimed(store: Store, run: str, text: str = "t") -> bool:
    return store.work.claim(run, {"exp": text}) == "exp"


def test_what_anybody_looked_at_is_due_again_when_the_interval_is_over_and_not_before(
    shared: Store, clock: HandClock
) -> None:
    for passed_s, due in ((1, False), (58, False), (1, True)):
        clock.advance(seconds=passed_s)
        for run in ("first", "second"):
            offer(shared, run)
        assert [claimed(shared, "second"), claimed(shared, "first")] == [due, False]


def test_what_is_being_looked_at_is_not_due(shared: Store, clock: HandClock) -> None:
    clock.advance(seconds=60)
    offer(shared, "first")
    assert claimed(shared, "first")
    clock.advance(seconds=60)
    offer(shared, "second")
    shared.work.beat("first")
    shared.work.complete("first", "exp", Looked())
    assert not claimed(shared, "second"), "nobody asked for another look"


def test_who_has_other_documents_or_none_does_not_claim_it(shared: Store) -> None:
    offer(shared, "first", "new", fresh=True)
    assert [claimed(shared, "second", "t"), shared.work.claim("second", {})] == [False, None]
    assert claimed(shared, "first", "new")


def test_a_changed_text_is_due_at_once_for_who_has_it_and_to_others_that_have_it_too_it_is_seen_to(
    shared: Store,
) -> None:
    offer(shared, "second", "new", fresh=True)
    assert claimed(shared, "second", "new")
    shared.work.complete("second", "exp", Looked())
    assert offer(shared, "first", "new", fresh=True).seen == {"exp"}
    assert not claimed(shared, "first", "new")


def test_a_text_that_changes_while_another_looks_comes_afterwards(shared: Store, clock: HandClock) -> None:
    clock.advance(seconds=60)
    offer(shared, "first")
    assert claimed(shared, "first")
    offer(shared, "second", "new", fresh=True)
    assert not claimed(shared, "second", "new")
    shared.work.complete("first", "exp", Looked())
    assert [claimed(shared, "first", "t"), claimed(shared, "second", "new")] == [False, True]


def test_a_text_that_only_a_dead_watcher_had_keeps_nobody_else_from_looking(
    shared: Store, clock: HandClock, machine: HandMachine
) -> None:
    offer(shared, "first", "new", fresh=True)
    machine.dead.add(41)
    clock.advance(seconds=60)
    offer(shared, "second", "t")
    assert claimed(shared, "second", "t")


def test_who_starts_waits_for_nobody_but_a_watcher_that_lives(shared: Store, machine: HandMachine) -> None:
    assert offer(shared, "second", fresh=True).seen == {"exp"} and not claimed(shared, "second")
    machine.dead.add(41)
    assert not offer(shared, "third", fresh=True).seen and claimed(shared, "third")


def test_who_has_changed_files_looks_although_it_was_itself_that_looked_last(shared: Store) -> None:
    offer(shared, "first", fresh=True)
    assert claimed(shared, "first")


def test_an_experiment_whose_time_has_come_is_due_whatever_the_interval(shared: Store, clock: HandClock) -> None:
    offer(shared, "second", "new", fresh=True)
    assert claimed(shared, "second", "new")
    shared.work.complete("second", "exp", Looked(closes=clock.now + timedelta(seconds=20)))
    for passed_s, due in ((19, False), (1, True), (1, False), (4, True)):
        clock.advance(seconds=passed_s)
        offer(shared, "first")
        assert claimed(shared, "first") == due
        if due:
            shared.work.complete("first", "exp")  # it failed, so its time is still to come


def test_what_was_taken_down_at_its_end_is_made_again_by_nobody_until_its_documents_change(
    shared: Store, clock: HandClock
) -> None:
    clock.advance(seconds=60)
    offer(shared, "first")
    assert claimed(shared, "first")
    shared.work.complete("first", "exp", Looked(over=True))
    clock.advance(seconds=600)
    assert [offer(shared, "second", text).over for text in ("t", "older")] == [{"exp"}, {"exp"}]
    assert offer(shared, "second", fresh=True).over == {"exp"}, "also when it finds no other watcher there"
    assert not claimed(shared, "second")
    assert not offer(shared, "second", "new", fresh=True).over and claimed(shared, "second", "new")


def test_what_was_taken_down_at_its_end_and_applied_by_a_person_is_kept_again(shared: Store, clock: HandClock) -> None:
    clock.advance(seconds=60)
    offer(shared, "first")
    assert claimed(shared, "first")
    shared.work.complete("first", "exp", Looked(over=True))
    shared.begin("exp", "digest", None, "keep")
    offer(shared, "second")
    assert claimed(shared, "second")


def test_a_clock_that_was_set_back_delays_nothing_for_long(shared: Store, clock: HandClock) -> None:
    clock.advance(hours=-5)
    offer(shared, "second")
    assert claimed(shared, "second")


WATCHER = """
import sys
from datetime import timedelta
from pathlib import Path
from reconciler.store.work_queue import Wanted
from reconciler.wiring import open_store

queue = open_store(Path(sys.argv[1]), sys.argv[2] or None).work
queue.offer("killed", {"exp": Wanted("t", True)}, timedelta(hours=1))
print(queue.claim("killed", {"exp": "t"}), flush=True)
sys.stdin.readline()
"""


def test_what_a_killed_process_had_claimed_is_free_at_once(
    tmp_path: Path, dialect: str, request: pytest.FixtureRequest
) -> None:
    tmp_path.chmod(0o700)
    url = request.getfixturevalue("cluster").fresh() if dialect == "postgresql" else ""
    words = [sys.executable, "-c", WATCHER, str(tmp_path), url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None and watcher.stdout.readline() == "exp\n"
        store = open_store(tmp_path, url or None)
        queue, mine = store.work, {"exp": Wanted("t", True)}
        assert (queue.offer("mine", mine, MINUTE), queue.claim("mine", {"exp": "t"})) == (Offered(), None)
        watcher.kill()
        watcher.wait()
        assert queue.claim("mine", {"exp": "t"}) == "exp"
        store.close()


def test_two_watchers_look_at_each_once_per_interval_and_never_both_at_the_same_time(
    tmp_path: Path, dialect: str, request: pytest.FixtureRequest
) -> None:
    tmp_path.chmod(0o700)
    url = request.getfixturevalue("cluster").fresh() if dialect == "postgresql" else None
    looks: list[tuple[str, str, float, float]] = []
    until = time.monotonic() + 4

    def keep(run: str) -> None:
        store = open_store(tmp_path, url)
        share = WorkShare(store.work, run, timedelta(seconds=1))
        for name in ("a", "b", "c"):
            share.accept(name, "same")
        while time.monotonic() < until:
            turn = share.take()
            if turn.claimed is None:
                share.queue.wait(0.05)
                continue
            began = time.monotonic()
            time.sleep(0.1)
            looks.append((turn.claimed, run, began, time.monotonic()))
            share.complete(turn.claimed, Looked())
        share.queue.leave(run)
        store.close()

    threads = [threading.Thread(target=keep, args=(run,)) for run in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for name in ("a", "b", "c"):
        mine = sorted((began, ended) for what, _, began, ended in looks if what == name)
        assert len(mine) >= 2, looks
        for (_, ended), (began, _) in pairwise(mine):
            assert began - ended >= 0.9, "one second, but for what the clocks of two connections differ by"
    assert {run for _, run, _, _ in looks} == {"one", "two"}, "both at work"
