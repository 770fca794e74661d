"""Reads xl's configuration files as libxlu does: its lexer, its lists, and nothing but assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | tuple[str, ...]

_TOKEN = re.compile(
    r"(?P<blank>[ \t\r]+|#[^\n]*)|(?P<newline>\n)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>0[xX][0-9a-fA-F]+|[0-9]+)"
    r"""|(?P<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')|(?P<sign>\+=|[=,;\[\]])"""
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", "'": "'", '"': '"'}


class ConfigSyntaxError(ValueError):
    """The message is libxlu's, with the file's name and line."""


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class XlConfig:
    """Settings by name; of two with one name the later counts."""

    settings: Mapping[str, Value]

    def text(self, name: str, default: str = "") -> str:
        value = self.settings.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int) -> int:
        value = self.settings.get(name)
        return int(value, 0) if isinstance(value, str) and re.fullmatch(r"0[xX][0-9a-fA-F]+|[0-9]+", value) else default

    def list(self, name: str) -> tuple[str, ...]:
        value = self.settings.get(name, ())
        return value if isinstance(value, tuple) else ()


def parse_config(text: str, source: str) -> XlConfig:
    """Read a configuration; ``source`` is the file name for messages.

    Raises:
        ConfigSyntaxError: it is not one.  xl then exits 1 and does nothing.
    """
    return XlConfig(_Parser(list(_lex(text, source)), source).parse())


def _fail(source: str, line: int, near: str, reason: str) -> ConfigSyntaxError:
    return ConfigSyntaxError(f"{source}:{line}: config parsing error near `{near}': {reason}")


def _lex(text: str, source: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            near = text[position:].split("\n", 1)[0]
            raise _fail(source, line, near, "lexical error")
        kind = str(match.lastgroup)
        if kind != "blank":
            yield _Token(kind, match[0], line)
        line += kind == "newline"
        position = match.end()
    yield _Token("end", "", line)


class _Parser:
    def __init__(self, tokens: list[_Token], source: str) -> None:
        self._tokens = tokens
        self._source = source
        self._position = 0

    def parse(self) -> dict[str, Value]:
        settings: dict[str, Value] = {}
        while (token := self._take()).kind != "end":
            if token.kind == "newline" or token.text == ";":
                continue
            if token.kind != "name":
                raise self._unexpected(token)
            operator = self._take()
            value = self._value(operator)
            settings[token.text] = self._joined(settings.get(token.text), operator, value)
            ending = self._take()
            if ending.kind not in ("newline", "end") and ending.text != ";":
                raise self._unexpected(ending)
            self._position -= ending.kind == "end"
        return settings

    def _joined(self, before: Value | None, operator: _Token, value: Value) -> Value:
        if operator.text == "+=" and isinstance(before, tuple) and isinstance(value, tuple):
            return before + value
        return value

    def _value(self, operator: _Token) -> Value:
        if operator.text not in ("=", "+="):
            raise self._unexpected(operator)
        token = self._take()
        return self._list() if token.text == "[" else self._atom(token)

    def _list(self) -> tuple[str, ...]:
        found: list[str] = []
        while (token := self._take_past_newlines()).text != "]":
            found.append(self._atom(token))
            after = self._take_past_newlines()
            if after.text == "]":
                break
            if after.text != ",":
                raise self._unexpected(after)
        return tuple(found)

    def _atom(self, token: _Token) -> str:
        if token.kind == "number":
            return token.text
        if token.kind != "string":
            raise self._unexpected(token)
        return _ESCAPE.sub(lambda match: self._unescape(match, token.line), token.text[1:-1])

    def _unescape(self, match: re.Match[str], line: int) -> str:
        digits, octal, letter = match.groups()
        if digits is not None:
            return chr(int(digits, 16))
        if octal is not None:
            return chr(int(octal, 8) & 255)
        if letter not in _ESCAPES:
            raise _fail(self._source, line, letter, "invalid character after backslash in string")
        return _ESCAPES[letter]

    def _take(self) -> _Token:
        self._position += 1
        return self._tokens[self._position - 1]

    def _take_past_newlines(self) -> _Token:
        while (token := self._take()).kind == "newline":
            pass
        return token

    def _unexpected(self, token: _Token) -> ConfigSyntaxError:
        near = "<end of line>" if token.kind == "newline" else token.text
        return _fail(self._source, token.line, near, "syntax error")
