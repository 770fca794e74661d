"""Whether a step brought about what it was for: the host's own word afterwards decides, not an exit status.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reconciler.model.errors import Rejected, Unreadable
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Command, Step
from reconciler.model.resource import Absent, Foreign, Observed, Present, Unknown
from reconciler.resources.domain import Domain

_BUSY_S = 2.0


def judge(host: str, step: Step[Command], seen: Observed[Any], said: str) -> Outcome:
    """``seen`` is the state after the step, ``said`` what its commands printed."""
    address, after = step.change.address, step.change.after
    match seen:
        case Absent() if after is None:
            return Done(address, seen)
        case Present(spec) if spec == after:
            return Done(address, seen)
        case Present(spec) if _on_its_way(spec, after):
            return Waiting(address, f"{host}: accepted, and not in effect yet", _BUSY_S)
        case Unknown(reason):
            return Failed(address, Unreadable(f"{host}: {reason}"), unsure=True)
        case Foreign(reason):
            return Failed(address, Rejected(f"{host}: {reason}"))
        case Present(spec):
            return Failed(address, Rejected(_complaint(host, spec, after, said)))
        case _:
            return Failed(address, Rejected(f"{host}: not there afterwards{_because(said)}"))


def _on_its_way(spec: object, after: object) -> bool:
    """A domain that is ending, or whose guest has yet to give memory back (no hypervisor waits for it)."""
    if not isinstance(spec, Domain):
        return False
    if after is None:
        return spec.state == "dying"
    return isinstance(after, Domain) and replace(spec, memory_mib=after.memory_mib) == after


def _complaint(host: str, spec: object, after: object, said: str) -> str:
    if after is None:
        return f"{host}: still there afterwards{_because(said)}"
    names = [name for name in getattr(after, "__slots__", ()) if getattr(spec, name, None) != getattr(after, name)]
    return f"{host}: differs afterwards in {', '.join(names)}{_because(said)}"


def _because(said: str) -> str:
    text = excerpt(said)
    return f": {text}" if text else ""


def without_noise(text: str, noise: Sequence[str]) -> str:
    """``text`` but for lines that begin with one of ``noise``: a tool prints them whether it succeeds or fails."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(tuple(noise)))


def excerpt(text: str) -> str:
    """The first lines of what went wrong, on one line, printable and short; what follows them is its aftermath."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(letter if letter.isprintable() else "?" for letter in "; ".join(lines[:3]))[:400]
