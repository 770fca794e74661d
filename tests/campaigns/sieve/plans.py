"""From the events of an undisturbed run to everything that can be done to its view of the world.

- intermediate (``crash``): the process dies when the event has happened and before the next one; then it runs again.
- stale (``stale``): an endpoint is answered for with what it said the time before; only where that differs.
- unobserved: the answer is lost, with whatever the call did (``lost``); or, right after the event, the device changes
  and changes back before anybody looks again (``blink``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.campaigns.stage.watching import BLINK, CRASH, LOST, OUTDATED, STALE, Perturbation

_ALLOCATIONS = "observe allocations@database "
"""Rows of the store's own database, read in a transaction: these are never old."""
_BLINKING = ("observe xen@", "observe netconf@")


def plans(events: Iterable[str]) -> Iterator[Perturbation]:
    for event in events:
        what, _, rest = event.partition(" ")
        if what == OUTDATED:
            if not rest.startswith(_ALLOCATIONS):
                yield Perturbation(rest, STALE)
            continue
        yield Perturbation(event, CRASH)
        if what in ("observe", "apply"):
            yield Perturbation(event, LOST)
        if event.startswith(_BLINKING):
            yield Perturbation(event, BLINK)
