"""Waiting for something to become possible: one policy, with the deadline, clock and pause of whoever waits."""

from __future__ import annotations

from collections.abc import Callable

import tenacity


def retrying(
    *errors: type[BaseException],
    deadline: float,
    every_s: float,
    clock: Callable[[], float],
    pause: Callable[[float], None],
) -> tenacity.Retrying:
    """Call again after each of these errors until ``deadline`` (on ``clock``); then the last one is raised as it is.

    A pause that returns early, for one who is asked to stop, counts as long as it was asked for: no call is made in a
    hurry.  What is called is called once in any case.
    """
    patience_s = deadline - clock()

    def over(state: tenacity.RetryCallState) -> bool:
        return state.idle_for >= patience_s or clock() >= deadline

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(errors),
        wait=tenacity.wait_fixed(every_s),
        stop=over,
        sleep=pause,
        reraise=True,
    )
