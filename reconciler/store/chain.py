"""A chain of entries, each sealed with the hash of the one before: what was changed or taken out later shows.  Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

_render = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """One act.  ``who`` did it; ``run`` and ``epoch`` are those of the run that it was part of, empty and 0 without.

    ``what`` is a line for people; ``digest`` stands for all of it, to the byte, where that is long or confidential.
    """

    at: str
    run: str
    who: str
    epoch: int
    act: str
    what: str
    digest: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry in its place: ``number`` counts from 1."""

    number: int
    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes; who keeps it elsewhere can later prove that nothing up to there was changed."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry of a chain that does not fit, and why."""

    chain: str
    number: int
    why: str


def origin(lineage: str, chain: str) -> str:
    """What stands before the first entry: no chain of another database or of another name begins so."""
    return _hash("", [lineage, chain])


def seal(before: str, number: int, entry: Entry) -> str:
    """The hash of the entry in its place."""
    e = entry
    return _hash(before, [number, e.at, e.run, e.who, e.epoch, e.act, e.what, e.digest])


def digest_of(value: object) -> str:
    """Of its canonical JSON text: no blanks, all signs as they are."""
    return _hash("", value)


def check(lineage: str, chain: str, entries: Iterable[Sealed], expected: Iterable[Head] = ()) -> Fault | None:
    """The first thing that is wrong with a chain, its entries in order.  ``expected`` are heads that it had before."""
    wanted = {before.number: before.hash for before in expected}
    number, last = 0, origin(lineage, chain)
    for sealed in entries:
        if sealed.number != number + 1:
            return Fault(chain, number + 1, f"is missing; after entry {number} comes {sealed.number}")
        if seal(last, sealed.number, sealed.entry) != sealed.hash:
            return Fault(chain, sealed.number, "was changed after it was written, or an entry before it was")
        number, last = sealed.number, sealed.hash
        if wanted.pop(number, last) != last:
            return Fault(chain, number, "differs from the saved head")
    if wanted:
        return Fault(chain, number + 1, f"is missing; the saved head counts {max(wanted)}")
    return None


def _hash(before: str, value: object) -> str:
    return hashlib.sha256(f"{before}{_render(value)}".encode()).hexdigest()
