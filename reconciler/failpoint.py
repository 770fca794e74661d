"""Named points at which a test can have the program die, fail or dawdle; without ``RECONCILER_FAIL`` they do nothing.

``RECONCILER_FAIL=store.commit.after:3=exit`` ends the process, without a last word, when that point is reached for the
third time.  Besides ``exit`` there are ``raise`` and ``sleep:SECONDS``.
"""

from __future__ import annotations

import os
import re
import threading
import time
from dataclasses import dataclass, field

VARIABLE = "RECONCILER_FAIL"
EXIT_CODE = 137
"""As if by SIGKILL: nothing is flushed, closed or taken back."""
_FORM = re.compile(r"(?P<point>[A-Za-z][A-Za-z.]*):(?P<number>[1-9][0-9]*)=(?P<act>exit|raise|sleep:(?P<s>[0-9.]+))")


class Struck(RuntimeError):
    """What ``raise`` raises: no error of ours, so that nothing but the outermost expects it."""


@dataclass(slots=True)
class Failpoint:
    """``count`` is how often the point was reached."""

    point: str
    number: int
    act: str
    seconds: float = 0.0
    count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reached(self) -> None:
        with self.lock:
            self.count += 1
            due = self.count == self.number
        if not due:
            return
        if self.act == "exit":
            os._exit(EXIT_CODE)
        if self.act == "raise":
            raise Struck(f"{self.point}, {self.number}")
        time.sleep(self.seconds)


def parse_failpoint(text: str) -> Failpoint:
    """Read ``point:n=act``.

    Raises:
        ValueError: it is not of that form; a test that arms nothing would prove nothing.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ValueError(f"{VARIABLE}={text}: not of the form point:n=exit|raise|sleep:seconds")
    return Failpoint(found["point"], int(found["number"]), found["act"].partition(":")[0], float(found["s"] or 0))


_armed: Failpoint | None = None


def arm(text: str | None) -> None:
    """Set the point, or none; done at import with what the environment says."""
    global _armed
    _armed = parse_failpoint(text) if text else None


def reach(point: str) -> None:
    """Say that the program is at ``point``.  The names in these calls are all there are: tests read them from here."""
    if _armed is not None and _armed.point == point:
        _armed.reached()


arm(os.environ.get(VARIABLE))
