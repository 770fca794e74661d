"""An independent reader of xl configuration files, as libxlu lexes them; it shares nothing with what renders them."""

from __future__ import annotations

import re

_LEXER = re.compile(
    r"""(?P<blank>[ \t]+|\#[^\n]*)|(?P<end>[\n;])|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9]+)"""
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<mark>[=\[\],+])""",
    re.VERBOSE,
)


def parse_configuration(text: str) -> dict[str, str | list[str]]:
    """Keys to strings, numbers (as text) or lists of strings; a key given twice is an error here."""
    tokens, found = _lex(text), {}
    while tokens:
        kind, word = tokens.pop(0)
        if kind == "end":
            continue
        assert kind == "name" and tokens.pop(0) == ("mark", "="), f"config parsing error near {word!r}"
        assert word not in found, f"{word} twice"
        found[word] = _value(tokens)
        assert tokens.pop(0)[0] == "end", f"config parsing error after {word}"
    return found


def parse_parts(text: str) -> dict[str, str]:
    """The sub-keys of a vif string."""
    pairs = [part.split("=", 1) for part in text.split(",")]
    assert len({key for key, _ in pairs}) == len(pairs), text
    return {key.strip(): value for key, value in pairs}


def _lex(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while position < len(text):
        match = _LEXER.match(text, position)
        assert match, f"lexical error near {text[position : position + 20]!r}"
        if match.lastgroup != "blank":
            tokens.append((match.lastgroup, match[0]))
        position = match.end()
    return tokens


def _value(tokens: list[tuple[str, str]]) -> str | list[str]:
    kind, word = tokens.pop(0)
    if kind == "number":
        return word
    if kind == "string":
        return _unquote(word)
    assert (kind, word) == ("mark", "["), word
    items: list[str] = []
    while True:
        kind, word = tokens.pop(0)
        if word == "]":
            return items
        if (kind, word) != ("mark", ",") and kind != "end":
            assert kind == "string", word
            items.append(_unquote(word))


def _unquote(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1])
