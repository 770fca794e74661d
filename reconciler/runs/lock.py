"""Holding an experiment for one run: take the lock, say all the while that the run lives, give it up."""

from __future__ import annotations

import math
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from reconciler.loop.run_context import RunContext
from reconciler.model.errors import Interrupted, Locked, ReconcilerError, Refused
from reconciler.planning.narrow import EVERYTHING, Selection
from reconciler.runs.context import Context
from reconciler.runs.report import LockLost, Reporter
from reconciler.transport.retry import retrying

BEAT_S = 20.0
"""Well below the silence after which another run takes the lock over."""
_LOOK_S = 0.2
"""So often a lock that another run has is tried."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run goes about it: when it gives up, how long it waits for its lock, and which part it does."""

    timeout_s: float | None = None
    lock_timeout_s: float = 0.0
    selection: Selection = EVERYTHING


DEFAULTS = RunOptions()


@dataclass(frozen=True, slots=True)
class LockedRun:
    """A run that has its experiment's lock."""

    context: Context
    session: RunContext
    selection: Selection
    report: Reporter

    @property
    def experiment(self) -> str:
        return self.session.experiment


@contextmanager
def lock_experiment(context: Context, experiment: str, options: RunOptions, report: Reporter) -> Iterator[LockedRun]:
    """A new run on the experiment, which has it until the end of the block.

    Raises:
        Locked: another run still holds the experiment after ``options.lock_timeout_s``.
        Interrupted: asked to stop while it waited.
    """
    run = uuid.uuid4().hex[:12]
    with locked(context, experiment, run, options.lock_timeout_s, report):
        session = context.session(experiment, run, options.timeout_s, has_lock=True)
        yield LockedRun(context, session, options.selection, report)


@contextmanager
def locked(context: Context, experiment: str, run: str, timeout_s: float, report: Reporter) -> Iterator[None]:
    """As ``lock_experiment``, for a run that has a name."""
    _await_lock(context, experiment, run, timeout_s)
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(context, experiment, run, over, report), name="beat", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        context.stop.forget()
        context.store.unlock(experiment, run)


def _await_lock(context: Context, experiment: str, run: str, timeout_s: float) -> None:
    if timeout_s <= 0:
        context.store.lock(experiment, run)
        return

    def clock() -> float:
        return math.inf if context.stop() else context.now_s()  # who is asked to stop waits no longer

    deadline_s = context.now_s() + timeout_s
    attempts = retrying(Locked, deadline=deadline_s, every_s=_LOOK_S, clock=clock, pause=context.stop.pause)
    try:
        attempts(context.store.lock, experiment, run)
    except Locked as error:
        if context.stop():
            raise Interrupted(f"{experiment}: stopped while waiting for its lock ({error})") from None
        raise


def _beat(context: Context, experiment: str, run: str, over: threading.Event, report: Reporter) -> None:
    """Imaging takes minutes in which nothing is written: without a beat the run would seem dead."""
    while not over.wait(BEAT_S):
        try:
            context.store.beat(experiment, run)
        except (Locked, Refused) as error:
            report(LockLost(experiment, error))
            context.stop.set(error)
            return
        except ReconcilerError:  # a server that is away for a moment: the next beat tells, or the silence does
            continue
