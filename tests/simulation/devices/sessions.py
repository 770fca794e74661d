"""The connections to a switch: counted from one since it started, ended by whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.transport.errors import Interrupted
from tests.simulation.call import Moments

PERSON = "a person"


@dataclass(slots=True, eq=False)
class Session:
    """One connection; its locks and its commit on trial end with it.  ``run`` is whose, as only the world knows."""

    id: str
    run: str
    alive: bool = True


def while_alive(session: Session, host: str, moments: Moments) -> Moments:
    """What is asked over a connection that was ended does not happen any more."""
    try:
        moment = next(moments)
        while True:
            yield moment
            if not session.alive:
                moments.close()
                raise Interrupted(f"{host}: the session was ended")
            moment = next(moments)
    except StopIteration as end:
        return end.value
