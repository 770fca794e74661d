"""YAML text to trees with positions: libyaml's events, our own composer, and a limit on everything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.spec.compose import Composer, LimitReached
from reconciler.spec.limits import Limits
from reconciler.spec.text import find_unfit, locate
from reconciler.spec.tree import Tree, pack_spot


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds.  ``complete`` is false when reading stopped early: there may be more than ``trees``."""

    trees: tuple[Tree, ...]
    diagnostics: tuple[Diagnostic, ...]
    complete: bool = True


class _PythonParser(Reader, Scanner, Parser):
    """For a PyYAML built without libyaml: the same events, ten times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Event | None:
        try:
            event: Event | None = super().get_event()  # type: ignore[no-untyped-call]  # PyYAML's own is untyped
        except (ValueError, OverflowError):  # escapes beyond Unicode, endless version numbers
            raise ScannerError(None, None, "found a number that is too large", self.get_mark()) from None
        return event


def _choose_parser() -> Callable[[str], Any]:
    try:
        from yaml.cyaml import CBaseLoader
    except ImportError:
        return _PythonParser
    return CBaseLoader  # for its events only: nothing is ever constructed


_PARSER = _choose_parser()

_SYNTAX_HINTS = {
    "found character '\\t' that cannot start any token": "indent with blanks; YAML has no tabs",
    "found character that cannot start any token": "indent with blanks, and quote text that begins with a sign",
    "mapping values are not allowed in this context": "check the indentation, or quote text that holds ': '",
    "did not find expected key": "check the indentation of this line and the one before",
    "could not find expected ':'": "a key needs a colon and a blank after it",
    "did not find expected '-' indicator": "items of one list begin in the same column",
}


def read(text: str, file: str, limits: Limits | None = None) -> Reading:
    """Read every document of one file; all problems at once, except that a syntax error ends the file."""
    limits = limits or Limits()
    text = text.removeprefix("\ufeff")
    refusal = _too_large(text, file, limits) or find_unfit(text, file)
    if refusal:
        return Reading((), (refusal,), complete=False)
    last = locate(text, len(text), file)
    composer = Composer(file, limits, pack_spot(last.line, last.column))
    stopped = _compose(text, composer, last)
    found = tuple(composer.diagnostics) + ((stopped,) if stopped else ())
    if not composer.trees and not found:
        empty = Diagnostic("S119", "there is no document in this file", Span(file, 1, 1), severity=Severity.WARNING)
        found = (empty,)
    return Reading(tuple(composer.trees), found, complete=stopped is None)


def _too_large(text: str, file: str, limits: Limits) -> Diagnostic | None:
    # The cheap bound first: the bytes of a huge text are not worth counting.
    size = len(text) if len(text) > limits.file_bytes else len(text.encode("utf-8", "surrogatepass"))
    if size <= limits.file_bytes:
        return None
    return Diagnostic(
        "S101",
        f"the file has {size} bytes, {limits.file_bytes} are allowed",
        Span(file, 1, 1),
        "split it into several files, or raise the limit",
    )


def _compose(text: str, composer: Composer, last: Span) -> Diagnostic | None:
    """Feed the composer; the problem that ended the file early, if one did."""
    actions: dict[type[Event], Callable[[Any], None]] = {
        ScalarEvent: composer.scalar,
        MappingStartEvent: composer.open,
        SequenceStartEvent: composer.open,
        MappingEndEvent: composer.close,
        SequenceEndEvent: composer.close,
        AliasEvent: composer.alias,
        DocumentStartEvent: composer.begin,
        DocumentEndEvent: composer.end,
    }
    try:
        for event in _events(text):
            action = actions.get(type(event))
            if action:
                action(event)
    except LimitReached as reached:
        return reached.diagnostic
    except yaml.YAMLError as error:
        return _syntax_error(error, last)
    return None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its ``#``, without blanks after it, behind so many keys and ``values``; ``index`` is its place."""

    text: str
    values: int
    index: int = field(compare=False)


def find_comments(text: str) -> list[Comment]:
    """Every comment of a text that can be read, in order.

    Raises:
        yaml.YAMLError: it cannot be read.
    """
    parser, end, values, found = _PARSER(text), 0, 0, []
    while (token := parser.get_token()) is not None:
        for comment in _COMMENT.finditer(text, end, max(end, token.start_mark.index)):
            found.append(Comment(comment[0].rstrip(), values, comment.start()))
        if isinstance(token, ScalarToken):
            if token.style in ("|", ">") and (match := _HEADER.match(text, token.start_mark.index)):
                found.append(Comment(match[1].rstrip(), values, match.start(1)))
            values += 1
        end = max(end, token.end_mark.index)
    return found


_COMMENT = re.compile("#[^\r\n]*")  # between two tokens there is nothing else
_HEADER = re.compile("[|>][-+0-9]*[ \t]*(#[^\r\n]*)")


def _events(text: str) -> Iterator[Event]:
    parser = _PARSER(text)
    while (event := parser.get_event()) is not None:
        yield event


def _syntax_error(error: yaml.YAMLError, last: Span) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "unreadable"
    context = getattr(error, "context", None)
    # A file need not end with a line end; the parser counts one all the same.
    span = min(Span(last.file, mark.line + 1, mark.column + 1), last) if mark else Span(last.file, 1, 1)
    return Diagnostic(
        "S103", f"{context}: {problem}" if context else str(problem), span, _SYNTAX_HINTS.get(str(problem), "")
    )
