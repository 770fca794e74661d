"""The text of each number: the same seed and number make the same bytes, on every machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from tests.campaigns.fuzz_documents.fragments import BYTES, FRAGMENTS
from tests.campaigns.fuzz_documents.scratches import scratched
from tests.campaigns.fuzz_documents.seeds import samples
from tests.campaigns.fuzz_documents.shapes import plausible, reshaped

_LARGE_BYTES = 64 * 1024
_TOO_LARGE_BYTES = 300 * 1024
_ITEMS = (b"1,", b"- x\n", b"[], ", b"a: 1\n")
"""Of these there may be tens of thousands in a file that is sound so far."""


def make_case(seed: int, number: int) -> bytes:
    chance = Random(f"{seed} {number}")
    (kind,) = chance.choices(tuple(_KINDS), tuple(weight for weight, _ in _KINDS.values()))
    return _KINDS[kind][1](chance)


def _scratched(chance: Random) -> bytes:
    return scratched(chance.choice(samples()).encode(), chance)


def _reshaped(chance: Random) -> bytes:
    return reshaped(chance).encode("utf-8", "surrogatepass")


def _plausible(chance: Random) -> bytes:
    return plausible(chance).encode()


def _both(chance: Random) -> bytes:
    return scratched(_reshaped(chance), chance)


def _pieces(chance: Random) -> bytes:
    between = chance.choice(("", " ", "\n", "\n  ", ": ", ", "))
    return between.join(chance.choices(FRAGMENTS, k=chance.randint(1, 12))).encode("utf-8", "surrogatepass")


def _noise(chance: Random) -> bytes:
    letters: Sequence[bytes] = chance.choice(
        ((b"[]{}:,-?&*!|>'\"%@`# \n\t\r\\",), BYTES, tuple(bytes([n]) for n in range(256)))
    )
    pool = b"".join(letters)
    return bytes(chance.choices(pool, k=chance.randint(0, 60)))


def _stretched(chance: Random) -> bytes:
    """A piece many times over: what costs more than its length shows here."""
    size = chance.choice((_LARGE_BYTES,) * 7 + (_TOO_LARGE_BYTES,))
    before, after = _pieces(chance), _pieces(chance)
    piece = chance.choice((*(fragment.encode() for fragment in FRAGMENTS if fragment), *BYTES, *_ITEMS * 20))
    return before + piece * (chance.randint(1, size) // len(piece)) + after


_KINDS: Mapping[str, tuple[float, Callable[[Random], Any]]] = {
    "scratched": (25, _scratched),
    "reshaped": (20, _reshaped),
    "plausible": (25, _plausible),
    "both": (5, _both),
    "pieces": (20, _pieces),
    "noise": (5, _noise),
    "stretched": (0.05, _stretched),
}
