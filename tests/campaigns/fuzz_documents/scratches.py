"""Changes to a text that know nothing of what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from tests.campaigns.fuzz_documents.fragments import BYTES, FRAGMENTS
from tests.campaigns.fuzz_documents.seeds import samples


def scratched(data: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 6))):
        data = chance.choice(_SCRATCHES)(data, chance)
    return data


def _cut(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 1, 2, 5, 20, 200)))


def _flip(data: bytes, chance: Random) -> bytes:
    start, _ = _cut(data, chance)
    return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]


def _delete(data: bytes, chance: Random) -> bytes:
    start, end = _cut(data, chance)
    return data[:start] + data[end:]


def _insert(data: bytes, chance: Random) -> bytes:
    start, _ = _cut(data, chance)
    return data[:start] + chance.choice(FRAGMENTS).encode() + data[start:]


def _insert_bytes(data: bytes, chance: Random) -> bytes:
    start = chance.choice((0, chance.randint(0, len(data))))
    return data[:start] + chance.choice(BYTES) + data[start:]


def _replace(data: bytes, chance: Random) -> bytes:
    start, end = _cut(data, chance)
    return data[:start] + chance.choice(FRAGMENTS).encode() + data[end:]


def _replace_word(data: bytes, chance: Random) -> bytes:
    """Where a value begins, so that the rest stays in place."""
    start = data.find(b": ", chance.randint(0, len(data))) + 2
    end = min((at for at in (data.find(sign, start) for sign in b",}]\n") if at >= 0), default=len(data))
    return data[:start] + chance.choice(FRAGMENTS).encode() + data[end:]


def _repeat(data: bytes, chance: Random) -> bytes:
    start, end = _cut(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 40)) + data[end:]


def _move(data: bytes, chance: Random) -> bytes:
    start, end = _cut(data, chance)
    rest = data[:start] + data[end:]
    at = chance.randint(0, len(rest))
    return rest[:at] + data[start:end] + rest[at:]


def _truncate(data: bytes, chance: Random) -> bytes:
    return data[: chance.randint(0, len(data))]


def _splice(data: bytes, chance: Random) -> bytes:
    other = chance.choice(samples()).encode()
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _shift(data: bytes, chance: Random) -> bytes:
    """One line further in, or further out."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((b" ", b"  ", b"\t", b"    - ")) + lines[at] if chance.random() < 0.5 else lines[at][2:]
    return b"\n".join(lines)


def _line_ends(data: bytes, chance: Random) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n\t", b"\xc2\x85", b" ")))


_SCRATCHES: Sequence[Callable[[bytes, Random], bytes]] = (
    _flip, _flip, _delete, _insert, _insert, _insert, _insert_bytes, _replace, _replace_word, _replace_word,
    _replace_word, _repeat, _move, _truncate, _splice, _shift, _shift, _line_ends,
)  # fmt: skip
