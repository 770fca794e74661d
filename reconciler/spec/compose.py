"""Parser events to trees, with an explicit stack: however deep the input, nothing here recurses."""

from __future__ import annotations

from dataclasses import dataclass, field

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.limits import Limits
from reconciler.spec.plain import Misread, resolve
from reconciler.spec.text import quote, unfit_in_value, without_unfit
from reconciler.spec.tree import Branch, Json, Spot, Tree, pack_spot, span_at


class LimitReached(Exception):
    """The file is too deep or too long to go on."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@dataclass(slots=True)
class _Frame:
    """A collection being filled: a ``mapping``, or else ``items``.

    ``key`` is the key whose value comes next; with ``lost`` that key was refused and its value goes nowhere.
    ``is_key``: the collection itself stands where a key should.
    """

    branch: Branch
    mapping: dict[str, Json] | None = None
    items: list[Json] = field(default_factory=list)
    key: str | None = None
    lost: bool = False
    is_key: bool = False

    @property
    def expects_key(self) -> bool:
        return self.key is None and not self.lost and self.mapping is not None


@dataclass(slots=True)
class Composer:
    """Give it the events of one file in their order; it gathers ``trees`` and ``diagnostics``."""

    file: str
    limits: Limits
    last: Spot
    """The end of the file: no value is further on, though the parser counts a line end that need not be there."""
    trees: list[Tree] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _stack: list[_Frame] = field(default_factory=list)
    _root: tuple[Json, Branch | Spot] = (None, 0)
    _spoilt: set[Spot] = field(default_factory=set)
    _count: int = 0

    def begin(self, event: DocumentStartEvent) -> None:
        self._spoilt = set()
        if event.version or event.tags:
            self._complain("S108", "directives are not allowed", _spot(event), "delete the line that begins with %")

    def end(self, _: object) -> None:
        value, place = self._root
        if value is not None or self._spoilt:  # else an empty document, as between two ---
            self.trees.append(Tree(self.file, value, place, frozenset(self._spoilt)))

    def scalar(self, event: ScalarEvent) -> None:
        spot = self._enter(event)
        if self._stack and self._stack[-1].expects_key:
            self._take_key(event, spot)
        else:
            value = self._read_value(event, spot)
            if value is None and self._stack:
                self._complain("S207", "there is no value", spot, "write one, or delete the line")
            self._put(value, spot)

    def open(self, event: CollectionStartEvent) -> None:
        spot = self._enter(event)
        if len(self._stack) >= self.limits.depth:
            raise self._limit("S104", f"nested more than {self.limits.depth} deep", spot, "reduce the nesting")
        frame = _Frame(Branch(spot), {} if isinstance(event, MappingStartEvent) else None)
        if self._stack and self._stack[-1].expects_key:
            self._complain("S111", "a key must be text, not a list or a mapping", spot, "quote it if it is text")
            frame.is_key = True
        else:
            self._put(frame.items if frame.mapping is None else frame.mapping, frame.branch)
        self._stack.append(frame)

    def close(self, _: CollectionEndEvent) -> None:
        if self._stack.pop().is_key:
            self._stack[-1].lost = True

    def alias(self, event: AliasEvent) -> None:
        spot = _spot(event)
        self._complain("S106", "aliases are not allowed", spot, "write the value out")
        if self._stack and self._stack[-1].expects_key:
            self._stack[-1].lost = True
        else:
            self._put(None, spot)

    def _enter(self, event: ScalarEvent | CollectionStartEvent) -> Spot:
        spot = min(_spot(event), self.last)
        self._count += 1
        if self._count > self.limits.nodes:
            raise self._limit("S105", f"more than {self.limits.nodes} values", spot, "split the file")
        if event.anchor is not None:
            self._complain("S106", "anchors are not allowed", spot, "write the value out where it is needed")
        if event.tag is not None:
            self._complain("S107", f"tags such as {quote(event.tag)} are not allowed", spot, "delete the tag")
        return spot

    def _take_key(self, event: ScalarEvent, spot: Spot) -> None:
        frame = self._stack[-1]
        key = self._read_key(event, spot)
        if key is None:
            frame.lost = True
        elif key in frame.branch.keys:
            first = frame.branch.keys[key]
            self._complain(
                "S110", f"{quote(key)} is written twice", spot, f"the first is on line {span_at(self.file, first).line}"
            )
            frame.lost = True
        else:
            frame.key = key
            frame.branch.keys[key] = spot

    def _read_key(self, event: ScalarEvent, spot: Spot) -> str | None:
        refusal = _refuse_key(event)
        if refusal is None:
            return str(event.value)
        self._complain(refusal.code, refusal.summary, spot, refusal.hint)
        return None

    def _read_value(self, event: ScalarEvent, spot: Spot) -> Json:
        word = event.value
        if event.implicit[0] and not event.style:
            meaning = resolve(word)
            if isinstance(meaning, Misread):
                self._complain(meaning.code, meaning.summary, spot, meaning.hint)
                return str(word)
            return meaning
        if event.style == '"' and (unfit := unfit_in_value(word)):
            self._complain("S118", f"character U+{ord(unfit):04X} is not allowed in a value", spot, "delete the escape")
            return without_unfit(word)
        return str(word)

    def _put(self, value: Json, place: Branch | Spot) -> None:
        if not self._stack:
            self._root = (value, place)
            return
        frame = self._stack[-1]
        if frame.mapping is None:
            frame.branch.children[len(frame.items)] = place
            frame.items.append(value)
        elif frame.key is not None:
            frame.branch.children[frame.key] = place
            frame.mapping[frame.key] = value
        frame.key, frame.lost = None, False

    def _complain(self, code: str, summary: str, spot: Spot, hint: str) -> None:
        self._spoilt.add(spot)
        self.diagnostics.append(Diagnostic(code, summary, span_at(self.file, spot), hint))

    def _limit(self, code: str, summary: str, spot: Spot, hint: str) -> LimitReached:
        return LimitReached(Diagnostic(code, summary, span_at(self.file, spot), hint))


def _refuse_key(event: ScalarEvent) -> Misread | None:
    key = event.value
    if event.implicit[0] and not event.style:
        if key == "<<":
            return Misread("S109", "merge keys are not allowed", "write the fields out")
        meaning = resolve(key)
        # yes, no and on are plain words to YAML 1.2, and as keys nobody takes them for values.
        if isinstance(meaning, Misread):
            return None if meaning.code == "S112" else meaning
        return None if isinstance(meaning, str) else Misread("S111", f"the key {quote(key)} is not text", "quote it")
    unfit = unfit_in_value(key) or ("\n" if "\n" in key else None)
    return Misread("S118", f"a key with character U+{ord(unfit):04X} in it", "delete the escape") if unfit else None


def _spot(event: NodeEvent | DocumentStartEvent) -> Spot:
    mark = event.start_mark
    return pack_spot(mark.line + 1, mark.column + 1) if mark else pack_spot(1, 1)
