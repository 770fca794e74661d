"""The the state database: the product's own driver and store, at moments of the world's choosing."""

from __future__ import annotations

from collections.abc import Callable

from reconciler.drivers.allocations.driver import AllocationsDriver
from tests.simulation.call import REPLY, Call, Moments


class Ledger:
    """``changed`` is told of every change of what is held."""

    client_driven = True
    heals = False
    incarnation = 0

    def __init__(self, driver: Callable[[Call], AllocationsDriver], changed: Callable[[str, str], None]) -> None:
        self._driver, self._changed = driver, changed

    def restart(self) -> None:
        """The database is power-safe: nothing is different afterwards."""

    def serve(self, call: Call) -> Moments:
        """A call that comes late comes to the database as it is then, also after a power cut."""
        if call.asks:
            yield "books.read"
            answer = self._driver(call).observe(call.endpoint, call.resources, call.fence)
            yield REPLY
            return answer
        call.begun = True
        yield "books.hold"
        outcomes = list(self._driver(call).apply(call.endpoint, call.steps, call.fence))
        self._changed(call.experiment, "books hold")
        yield REPLY
        for outcome in outcomes:
            call.settle(outcome)
        return None
