"""A reader of xl configuration files after libxlu's lexer, written for these tests alone: what would really be set."""

from __future__ import annotations

from collections.abc import Iterator


class NotXl(ValueError):
    """Not a configuration file."""


def read_settings(text: str) -> list[tuple[str, object]]:
    """Every assignment in order, doubles included: strings, numbers as text, lists as lists."""
    tokens = list(_tokens(text))
    found: list[tuple[str, object]] = []
    at = 0
    while at < len(tokens):
        if tokens[at] == ("end", ""):
            at += 1
            continue
        if tokens[at][0] != "word" or tokens[at + 1 : at + 2] != [("sign", "=")]:
            raise NotXl(f"no assignment at {tokens[at]}")
        value, after = _value(tokens, at + 2)
        if tokens[after : after + 1] not in ([("end", "")], []):
            raise NotXl(f"{tokens[after]} after a value")
        found.append((tokens[at][1], value))
        at = after
    return found


def sub_keys(entry: str) -> dict[str, str]:
    """Inside a ``vif`` string: commas separate, whatever quotes there were around it."""
    pairs = [part.strip().partition("=") for part in entry.split(",")]
    if len({key for key, _, _ in pairs}) != len(pairs):
        raise NotXl(f"a key twice in {entry!r}")
    return {key: value for key, _, value in pairs}


def _value(tokens: list[tuple[str, str]], at: int) -> tuple[object, int]:
    kind, text = tokens[at]
    if kind in ("string", "number"):
        return text, at + 1
    if (kind, text) != ("sign", "["):
        raise NotXl(f"{text!r} where a value is due")
    items: list[str] = []
    at += 1
    while tokens[at] != ("sign", "]"):
        if tokens[at][0] != "string":
            raise NotXl(f"{tokens[at]} in a list")
        items.append(tokens[at][1])
        at += 2 if tokens[at + 1] == ("sign", ",") else 1
    return items, at + 1


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in " \t\r":
            at += 1
        elif sign == "#":
            at = len(text) if "\n" not in text[at:] else text.index("\n", at)
        elif sign in "\n;":
            yield "end", ""
            at += 1
        elif sign in "=,[]":
            yield "sign", sign
            at += 1
        elif sign in "\"'":
            value, at = _string(text, at)
            yield "string", value
        elif sign.isascii() and (sign.isalnum() or sign == "_"):
            end = at
            while end < len(text) and text[end].isascii() and (text[end].isalnum() or text[end] == "_"):
                end += 1
            yield ("number" if sign.isdigit() else "word"), text[at:end]
            at = end
        else:
            raise NotXl(f"stray {sign!r}")


def _string(text: str, at: int) -> tuple[str, int]:
    quote, at, value = text[at], at + 1, ""
    while at < len(text) and text[at] not in (quote, "\n"):
        if text[at] == "\\":
            at += 1
        value += text[at : at + 1]
        at += 1
    if text[at : at + 1] != quote:
        raise NotXl("a string without an end")
    return value, at + 1
