"""Changes to a document's fields: the text stays YAML, mostly, and says something else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.campaigns.fuzz_documents.fragments import FRAGMENTS
from tests.campaigns.fuzz_documents.seeds import Node, Pairs, Path, children, trees, values

_WORD = re.compile(r"[A-Za-z0-9./-]+\Z")
"""Written unquoted, as we do: so numbers are numbers."""


class Raw(str):
    """Written as it is, unquoted."""


def reshaped(chance: Random) -> str:
    """Anything may stand anywhere."""
    return _changed(chance, _CHANGES)


def plausible(chance: Random) -> str:
    """Every field still holds what some document has there: what is wrong, if anything, is how they fit together."""
    return _changed(chance, _PLAUSIBLE)


def _changed(chance: Random, changes: Sequence[Callable[[Any, int, Random], None]]) -> str:
    documents, paths = chance.choice(trees())
    whole: Node = list(documents)
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        whole = _edit(whole, chance.choice(paths), chance.choice(changes), chance)
    return chance.choice(("---\n",) * 9 + ("\n---\n", "...\n---\n", "--- ")).join(
        _written(document, chance) for document in children(whole)
    )


def _edit(node: Node, path: Path, change: Callable[[Any, int, Random], None], chance: Random) -> Node:
    """A copy with one thing changed; what an earlier change took away is left alone."""
    if not isinstance(node, list) or path[0] >= len(node):
        return node
    copy = type(node)(node)
    at = path[0]
    if len(path) == 1:
        change(copy, at, chance)
    else:
        _set(copy, at, _edit(children(node)[at], path[1:], change, chance))
    return copy


def _set(parent: Any, at: int, value: Node) -> None:
    parent[at] = (parent[at][0], value) if isinstance(parent, Pairs) else value


# -- what can be done to one of several --------------------------------------------------------------


def _drop(parent: Any, at: int, chance: Random) -> None:
    del parent[at]


def _double(parent: Any, at: int, chance: Random) -> None:
    parent[at:at] = [parent[at]] * chance.choice((1, 1, 1, 8))


def _swap(parent: Any, at: int, chance: Random) -> None:
    other = chance.randrange(len(parent))
    parent[at], parent[other] = parent[other], parent[at]


def _hostile(parent: Any, at: int, chance: Random) -> None:
    _set(parent, at, chance.choice((Raw, str))(chance.choice(FRAGMENTS)))


def _typed(parent: Any, at: int, chance: Random) -> None:
    other: Sequence[Node] = (
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        4095,
        10**6,
        10**15 - 1,
        10**30,
        [],
        Pairs(),
        [[]],
        [None],
        "",
    )
    _set(parent, at, chance.choice(other))


def _nested(parent: Any, at: int, chance: Random) -> None:
    value = children(parent)[at]
    for _ in range(chance.choice((1, 1, 2, 5, 31, 40))):
        value = [value] if chance.random() < 0.5 else Pairs([("a", value)])
    _set(parent, at, value)


def _grafted(parent: Any, at: int, chance: Random) -> None:
    """Something from elsewhere, perhaps from another document."""
    documents, paths = chance.choice(trees())
    node: Node = list(documents)
    for step in chance.choice(paths):
        node = children(node)[step]
    _set(parent, at, node)


def _scratched(parent: Any, at: int, chance: Random) -> None:
    text = str(children(parent)[at])[:200]
    cut = chance.randint(0, len(text))
    changed = text[:cut] + chance.choice((*FRAGMENTS, "0", "9", "a", "-")) + text[cut + chance.choice((0, 1)) :]
    _set(parent, at, chance.choice((Raw, str))(changed))


def _renamed(parent: Any, at: int, chance: Random) -> None:
    if isinstance(parent, Pairs):
        key = str(parent[at][0])
        other = str(chance.choice(parent)[0])
        changes = (other, key.upper(), key[:-1], key + "s", Raw(chance.choice(FRAGMENTS)), chance.choice(FRAGMENTS), 1)
        parent[at] = (chance.choice(changes), parent[at][1])


def _exchanged(parent: Any, at: int, chance: Random) -> None:
    """What another document has in this field, or in one whose name it takes as well."""
    if isinstance(parent, Pairs) and isinstance(parent[at][0], str):
        known = values().get(parent[at][0])
        if known:
            parent[at] = (parent[at][0], chance.choice(known))


def _added(parent: Any, at: int, chance: Random) -> None:
    """A field that may, or may not, stand here."""
    if isinstance(parent, Pairs):
        key = chance.choice(sorted(values()))
        if key not in [known for known, _ in parent]:
            parent.append((key, chance.choice(values()[key])))


def _numbered(parent: Any, at: int, chance: Random) -> None:
    value = children(parent)[at]
    if isinstance(value, str) and (found := re.search(r"[0-9]{1,9}", value)):
        other = chance.choice(("0", "1", "2", "9", "4094", str(int(found[0]) + 1), str(max(0, int(found[0]) - 1))))
        _set(parent, at, value[: found.start()] + other + value[found.end() :])


def _keyed(parent: Any, at: int, chance: Random) -> None:
    """A list or a mapping where a key should be."""
    if isinstance(parent, Pairs):
        parent[at] = (chance.choice(([], ["a"], Pairs(), Pairs([("a", 1)]), None)), parent[at][1])


_CHANGES: Sequence[Callable[[Any, int, Random], None]] = (
    _drop, _double, _swap, _hostile, _hostile, _typed, _typed, _nested, _grafted, _grafted, _scratched, _scratched,
    _renamed, _keyed,
)  # fmt: skip

_PLAUSIBLE: Sequence[Callable[[Any, int, Random], None]] = (
    _drop, _double, _swap, *[_exchanged] * 8, *[_numbered] * 4, _added,
)  # fmt: skip


# -- values to text -----------------------------------------------------------------------------------


def _written(document: Node, chance: Random) -> str:
    return _flow(document) + "\n" if chance.random() < 0.4 else _block(document, 0)


def _flow(node: Node) -> str:
    if isinstance(node, Pairs):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(value)}" for key, value in node) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(_flow, node)) + "]"
    return _scalar(node)


def _block(node: Node, depth: int) -> str:
    blank = "  " * depth
    if isinstance(node, Pairs) and node:
        return "".join(f"{blank}{_flow(key)}:{_after(value, depth)}" for key, value in node)
    if isinstance(node, list) and node:
        return "".join(f"{blank}-{_after(value, depth)}" for value in node)
    return f"{blank}{_flow(node)}\n"


def _after(value: Node, depth: int) -> str:
    return f"\n{_block(value, depth + 1)}" if isinstance(value, list) and value else f" {_flow(value)}\n"


def _scalar(value: Node) -> str:
    if isinstance(value, Raw) or (isinstance(value, str) and _WORD.match(value)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
