"""When a watch looks again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from reconciler.runs.wakeups import changes, wakes


def ringing(at: list[Event], stop: Event) -> Iterator[None]:
    for event in at:
        while not event.wait(0.01):
            if stop.is_set():
                return
        yield


def test_it_wakes_at_once_then_for_every_source_and_when_nothing_happens() -> None:
    stop, rung = Event(), Event()
    with closing(wakes([ringing([rung], stop)], stop, 60)) as woken:
        next(woken)
        rung.set()
        next(woken)
    with closing(wakes([], Event(), 0.1)) as woken:
        began = time.monotonic()
        assert [next(woken) for _ in range(3)] == [None] * 3
        assert time.monotonic() - began >= 0.2


def test_what_rang_many_times_meanwhile_is_one_look() -> None:
    stop = Event()
    with closing(wakes([iter([None] * 5)], stop, 0.5)) as woken:
        next(woken)
        time.sleep(0.2)
        next(woken)
        began = time.monotonic()
        next(woken)
        assert time.monotonic() - began >= 0.4


def test_a_stop_ends_it_and_its_threads() -> None:
    before, stop = threading.active_count(), Event()
    woken = wakes([ringing([Event()], stop)], stop, 60)
    next(woken)
    threading.Timer(0.1, stop.set).start()
    assert list(woken) == []
    time.sleep(0.05)
    assert threading.active_count() <= before


def test_a_source_that_breaks_breaks_the_watch(tmp_path: Path) -> None:
    stop = Event()
    with closing(wakes([changes([str(tmp_path / "no" / "such.yaml")], stop)], stop, 60)) as woken:
        next(woken)
        with pytest.raises(FileNotFoundError):
            next(woken)


def test_a_written_file_wakes(tmp_path: Path) -> None:
    file, stop = tmp_path / "a.yaml", Event()
    with closing(wakes([changes([str(file)], stop)], stop, 60)) as woken:
        next(woken)
        writing = threading.Timer(0.5, file.write_text, ("x",))
        writing.start()
        next(woken)
        assert file.read_text() == "x"
