"""Trying again and looking again: one policy, with the deadline, clock and pause of whoever waits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from reconciler.model.errors import ReconcilerError

if TYPE_CHECKING:
    import tenacity

T = TypeVar("T")

_GROWTH = 1.3


def retrying(
    *errors: type[BaseException],
    deadline: float,
    every_s: float,
    clock: Callable[[], float],
    pause: Callable[[float], None],
    tries: float = math.inf,
) -> tenacity.Retrying:
    """Call again after each of these errors until ``deadline`` (on ``clock``), ``tries`` times at most; then the last
    one is raised as it is.  One of ours that is not retryable is raised at once.

    A pause that returns early, for one who is asked to stop, counts as long as it was asked for: no call is made in a
    hurry.  What is called is called once in any case.
    """
    import tenacity  # 50 ms: only who may have to wait pays for it

    patience_s = deadline - clock()

    def over(state: tenacity.RetryCallState) -> bool:
        return state.attempt_number >= tries or state.idle_for >= patience_s or clock() >= deadline

    def passing(error: BaseException) -> bool:
        return isinstance(error, errors) and not (isinstance(error, ReconcilerError) and not error.retryable)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(passing),
        wait=tenacity.wait_fixed(every_s),
        stop=over,
        sleep=pause,
        reraise=True,
    )


def polling(
    pending: Callable[[], Sequence[T]],
    *,
    deadline: float,
    first_s: float,
    longest_s: float,
    clock: Callable[[], float],
    pause: Callable[[float], None],
) -> Iterator[Sequence[T]]:
    """Pause, then yield what is pending, as long as anything is and ``deadline`` (on ``clock``) has not come.

    Each pause is longer than the last, up to ``longest_s``.  For a loop that says in between what has settled; what
    fails in it is its own affair.
    """
    every_s = first_s
    while (left := pending()) and clock() < deadline:
        pause(every_s)
        yield left
        every_s = min(every_s * _GROWTH, longest_s)
