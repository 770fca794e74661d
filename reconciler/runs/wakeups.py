"""When a watch looks again: a file changed, another watcher gives a hint, or time has passed."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread

from reconciler.runs.work_share import WorkShare

BEAT_S = 20.0
"""Well below the silence after which others take what this watcher has claimed."""
_LISTEN_S = 1.0


def hints(find: Callable[[], WorkShare | None], stop: Event) -> Iterator[None]:
    """Yield when another watcher says that there is work; meanwhile say that this one lives, once there is a share."""
    beaten = -BEAT_S
    while not stop.is_set():
        share = find()
        if share is None:
            stop.wait(_LISTEN_S)
            continue
        if share.queue.wait(_LISTEN_S):
            yield
        if time.monotonic() - beaten >= BEAT_S:
            try:
                share.queue.beat(share.run)
            except Exception:  # noqa: S112 - whatever hinders a beat is silence to others, and the next try ends it
                continue
            beaten = time.monotonic()


def changes(paths: list[str], stop: Event) -> Iterator[None]:
    """Yield whenever a watched file may have changed."""
    from watchfiles import watch

    folders = sorted({str(Path(p) if Path(p).is_dir() else Path(p).absolute().parent) for p in paths})
    for _ in watch(*folders, stop_event=stop, raise_interrupt=False, debounce=400, step=100):
        yield


def wakes(sources: list[Iterator[None]], stop: Event, tick_s: float) -> Generator[None, None, None]:
    """Yield now, whenever a source does, and when nothing did for ``tick_s``; until ``stop``, which is set at the end.

    The sources run in threads of their own; what one of them raises is raised here.
    """
    rung: SimpleQueue[Exception | None] = SimpleQueue()
    threads = [Thread(target=_ring, args=(source, rung), daemon=True) for source in sources]
    for thread in threads:
        thread.start()
    try:
        yield
        while not stop.is_set():
            _await_ring(rung, tick_s)
            if not stop.is_set():
                yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _ring(source: Iterator[None], rung: SimpleQueue[Exception | None]) -> None:
    try:
        for _ in source:
            rung.put(None)
    except Exception as error:
        rung.put(error)
    finally:
        rung.put(None)  # a source ends with the watch


def _await_ring(rung: SimpleQueue[Exception | None], seconds: float) -> None:
    """Once for all that rang since."""
    try:
        called = [rung.get(timeout=max(seconds, 0.1))]
    except Empty:
        return
    while not rung.empty():
        called.append(rung.get())
    for error in called:
        if error is not None:
            raise error
