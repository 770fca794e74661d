"""Where a field stands in documents: every place of it, and documents with another value there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.campaigns.acto.documents import Documents, Tree, copied
from tests.campaigns.acto.fields import Field
from tests.campaigns.acto.values import ABSENT

Step = str | int


@dataclass(frozen=True, slots=True)
class Place:
    """``steps`` lead from the document to the field; its last one may not be there yet."""

    document: tuple[str, str]
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return "/".join(map(str, (*self.document, *self.steps)))

    def value(self, documents: Documents) -> Any:
        holder = _holder(documents[self.document], self.steps)
        return holder.get(self.steps[-1], ABSENT)

    def changed(self, documents: Documents, value: Any) -> Documents:
        """The documents with this value here."""
        found = copied(documents)
        holder = _holder(found[self.document], self.steps)
        if value is ABSENT:
            holder.pop(self.steps[-1], None)
        else:
            holder[self.steps[-1]] = value
        return found


def _holder(tree: Any, steps: tuple[Step, ...]) -> Tree:
    for step in steps[:-1]:
        tree = tree[step]
    found: Tree = tree
    return found


def places(field: Field, documents: Documents) -> Iterator[Place]:
    """Everywhere that the field is, or could be: beside the other fields of what holds it."""
    kind, _, path = field.path.partition(".")
    for key, tree in documents.items():
        if key[0] == kind:
            yield from (Place(key, steps) for steps in _find(tree, path.removesuffix("[]").split("."), ()))


def _find(tree: Any, words: list[str], before: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    word, rest = words[0], words[1:]
    if not rest:
        yield (*before, word)
        return
    name = word.removesuffix("[]")
    below = tree.get(name) if isinstance(tree, dict) else None
    if word.endswith("[]"):
        for at, item in enumerate(below or ()):
            yield from _find(item, rest, (*before, name, at))
    elif isinstance(below, dict):
        yield from _find(below, rest, (*before, name))
