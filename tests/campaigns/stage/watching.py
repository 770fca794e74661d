"""Stands between the core and its drivers and store: notes every event and, at a given one, perturbs the view of it."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.model.errors import Unreachable

CRASH, LOST, STALE, BLINK = SORTS = ("crash", "lost", "stale", "blink")
OUTDATED = "outdated"
"""Comes before the name of an observation that said something else than the one before it."""


@dataclass(frozen=True, slots=True)
class Perturbation:
    """What is done at the event of that name; ``sieve.plans`` says what each sort means."""

    event: str
    sort: str


@dataclass(slots=True)
class Watch:
    """``answers`` are each endpoint's last ones, from one run to the next; ``events`` goes to ``say`` as they are over.

    An event is the n-th of its sort at its endpoint, so that the same one is met again in another run.
    """

    perturbation: Perturbation | None
    answers: dict[str, dict[Any, Any]]
    say: Callable[[str], None]
    blink: Callable[[str], object]
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def name(self, what: str) -> str:
        with self.lock:
            self.counts[what] += 1
            return f"{what} #{self.counts[what]}"

    def over(self, event: str) -> str | None:
        """The event has happened; what is to be done to it.  A crash is done here and now."""
        self.say(event)
        if self.perturbation is None or self.perturbation.event != event:
            return None
        self.say(f"perturbed {event}")
        if self.perturbation.sort == CRASH:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.perturbation.sort


@dataclass(frozen=True, slots=True)
class WatchedDriver:
    """A driver whose answers are seen, kept, and once perturbed."""

    driver: Any
    watch: Watch

    def observe(self, endpoint: Any, wanted: Any, *more: Any) -> Mapping[Any, Any]:
        event = self.watch.name(f"observe {endpoint}")
        answer = self.driver.observe(endpoint, wanted, *more)
        previous = {**answer, **self.watch.answers.get(str(endpoint), {})}
        stale = {address: previous[address] for address in answer}
        self.watch.answers[str(endpoint)] = dict(answer)
        if stale != answer:
            self.watch.say(f"{OUTDATED} {event}")
        match self.watch.over(event):
            case "lost":
                raise Unreachable(f"{endpoint}: the answer was lost")
            case "stale":
                return stale
            case "blink":
                self.watch.blink(endpoint.host)
        return answer

    def plan(self, change: Any) -> Any:
        return self.driver.plan(change)

    def apply(self, endpoint: Any, steps: Any, *more: Any) -> Iterator[Any]:
        """Each outcome is an event.  Lost: the device does all of it, and from here on nobody hears of it."""
        call = self.watch.name(f"apply {endpoint}")
        outcomes = iter(self.driver.apply(endpoint, steps, *more))
        for number, outcome in enumerate(outcomes, start=1):
            match self.watch.over(f"{call} outcome {number}"):
                case "lost":
                    for _ in outcomes:
                        pass
                    raise Unreachable(f"{endpoint}: the connection broke after the command was sent")
                case "blink":
                    self.watch.blink(endpoint.host)
            yield outcome


@dataclass(frozen=True, slots=True)
class WatchedStore:
    """A store each of whose calls is an event, over when it has returned."""

    store: Any
    watch: Watch

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        if name.startswith("_") or name in ("close", "beat") or not callable(found):
            return found

        def called(*values: Any, **named: Any) -> Any:
            event = self.watch.name(f"store {name}")
            result = found(*values, **named)
            self.watch.over(event)
            return result

        return called


def read_answers(file: Path) -> dict[str, dict[Any, Any]]:
    return pickle.loads(file.read_bytes()) if file.exists() else {}  # our own file, of a moment ago


def write_answers(file: Path, watch: Watch) -> None:
    file.write_bytes(pickle.dumps(watch.answers))
