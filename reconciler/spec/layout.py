"""Documents in one layout, comments kept: rewritten by ruamel.yaml, and compared with what they said before."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from itertools import zip_longest

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.model.errors import SpecError
from reconciler.spec.limits import Limits
from reconciler.spec.read import Comment, Reading, find_comments, read
from reconciler.spec.text import locate, quote
from reconciler.spec.tree import Json, Tree

_HINTS = {
    "found character '\\t' that cannot start any token": "replace the tab by a blank",
    "expected chomping or indentation indicators, but found '#'": "put a blank before the #",
    "expected chomping or indentation indicators, but found '\\t'": "delete the tab",
}
_COMMENT_HINT = "put it on a line of its own before a key or an item, outside brackets"
_PASSES = 3
_OTHERWISE = "the file is valid and stays as it is; to have it laid out, write this in another way, e.g. in quotes"


def lay_out(text: str, file: str) -> str:
    """The text in our layout; the same for a text that is in it, or that holds no document.

    Raises:
        SpecError: the text is not what we read, or the writer's own reader, which is another one, does not take it, or
            takes it for something else, or would lose a comment.  Every complaint has a place.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reading = _read(text, file)
    errors = tuple(d for d in reading.diagnostics if d.severity is Severity.ERROR)
    if errors:
        raise SpecError(errors)
    if not reading.trees:
        return text
    new = _settle(text, file, reading.trees)
    refusal = _changed_value(reading, _read(new, file)) or _changed_comment(text, new, file)
    if refusal:
        raise SpecError((refusal,))
    return new


def _settle(text: str, file: str, trees: tuple[Tree, ...]) -> str:
    """Rewrite until rewriting changes nothing: once is not always enough for it."""
    old, new = text, _Rewriter(text, file, trees).rewrite()
    for _ in range(_PASSES):
        if new == old:
            return new
        old, new = new, _Rewriter(new, file, trees, places=False).rewrite()
    if new == old:
        return new
    raise SpecError((_refuse("valid, but fmt would change it again each time", trees[0].span()),))


def _read(text: str, file: str) -> Reading:
    size = len(text.encode("utf-8", "surrogatepass"))
    return read(text, file, Limits(size, nodes=2 * size + 1))  # how much is too much is for validation to say


@dataclass(slots=True)
class _Rewriter:
    """ruamel.yaml, and a place for whatever it says or throws; ``done`` documents of the file are behind it."""

    text: str
    file: str
    trees: tuple[Tree, ...]
    places: bool = True
    """Whether places in ``text`` are places in the file; else only those of its documents are."""
    done: int = 0

    def rewrite(self) -> str:
        from ruamel.yaml import YAML

        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 110
        yaml.indent(mapping=2, sequence=4, offset=2)
        written = StringIO()
        try:
            documents = []
            for document in yaml.load_all(self.text):
                documents.append(document)
                self.done += document is not None
            yaml.dump_all(documents, written)
        except Exception as error:  # it asserts and indexes its way through what it did not expect: any class may come
            raise SpecError((self._refusal(error),)) from error
        return written.getvalue()

    def _refusal(self, error: Exception) -> Diagnostic:
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__)
        return _refuse(f"valid, but fmt cannot rewrite it: {problem}", self._place(error), _HINTS.get(problem))

    def _place(self, error: Exception) -> Span:
        here = self.trees[min(self.done, len(self.trees) - 1)].span()
        if not self.places:
            return here
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is not None:
            last = locate(self.text, len(self.text), self.file)
            return min(Span(self.file, mark.line + 1, mark.column + 1), last)
        position = getattr(error, "position", None)
        if isinstance(position, int):
            return locate(self.text, position, self.file)
        return here


def _refuse(summary: str, place: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic("S122", summary, place, hint or _OTHERWISE)


def _changed_value(before: Reading, after: Reading) -> Diagnostic | None:
    for old, new in zip_longest(before.trees, after.trees):
        if old is None or new is None or old.value != new.value:
            tree = old or before.trees[-1]
            path = _first_difference(tree.value, new.value if new else None)
            return _refuse("valid, but fmt would change its meaning", tree.span(path))
    return None


def _first_difference(old: Json, new: Json) -> list[str | int]:
    """The path to the first value that is not the same; that of the whole when the shapes differ."""
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        pairs: list[tuple[str | int, Json, Json]] = [(key, old[key], new[key]) for key in old]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(index, *both) for index, both in enumerate(zip(old, new, strict=True))]
    else:
        return []
    for part, one, other in pairs:
        if one != other:
            return [part, *_first_difference(one, other)]
    return []


def _changed_comment(text: str, new: str, file: str) -> Diagnostic | None:
    before, after = find_comments(text), find_comments(new)
    for old, kept in zip_longest(before, after):
        if old is None or old != kept:
            lost: Comment = old or before[-1]
            place = locate(text, lost.index, file)
            return _refuse(f"fmt would lose or move the comment {quote(lost.text)}", place, _COMMENT_HINT)
    return None
