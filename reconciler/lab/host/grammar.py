"""The small part of the shell that hosts understand: text to commands, and refusal of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

HEREDOC_END = "XR_END"
STATUS_ECHO = 'echo "#status $?"'

_WORD = re.compile(r"[A-Za-z0-9_./:=,@%+#-]+|'[^'\n]*'")
_OPERATOR = re.compile(r"&&|\|\||9> ?(?=[^ ])|> ?(?=[^ >&])|2>&1(?= |$)|<<'XR_END'(?= |$)")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_RESERVED = frozenset(
    [
        "if",
        "then",
        "else",
        "elif",
        "fi",
        "for",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "in",
        "function",
        "{",
        "}",
        "!",
    ]
)


class Errors(Enum):
    """Where a command's error text goes."""

    STDERR = "stderr"
    STDOUT = "stdout"
    TARGET = "target"
    """The file that the output goes to as well: ``> F 2>&1``."""


@dataclass(frozen=True, slots=True)
class Simple:
    """One command.  ``stdin`` is a heredoc's text.

    ``lock`` is the file that ``exec`` opens as descriptor 9; with another command it is only ever /dev/null, and says
    that the command does not inherit the descriptor.
    """

    line: int
    words: tuple[str, ...]
    stdin: str | None = None
    target: str | None = None
    errors: Errors = Errors.STDERR
    lock: str | None = None
    status_echo: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Commands on one line, each after the first with ``&&`` or ``||`` before it."""

    first: Simple
    rest: tuple[tuple[str, Simple], ...] = ()


class ShellSyntaxError(ValueError):
    """The text is outside the grammar; the message is what sh would print after its own name."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"{line}: Syntax error: {what}")


class _Lines:
    """The script's lines, with the number of the last one taken."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self.number = 0

    def take(self) -> str | None:
        if self.number >= len(self._lines):
            return None
        self.number += 1
        return self._lines[self.number - 1]

    def take_heredoc(self) -> str:
        start = self.number
        taken: list[str] = []
        while (line := self.take()) is not None:
            if line == HEREDOC_END:
                return "".join(f"{entry}\n" for entry in taken)
            taken.append(line)
        raise ShellSyntaxError(start, f'end of file unexpected (expecting "{HEREDOC_END}")')


def parse_script(text: str) -> tuple[Chain, ...]:
    """Read a whole script.

    Raises:
        ShellSyntaxError: something in it is outside the grammar; none of it may run.
    """
    lines, chains = _Lines(text), []
    while (line := lines.take()) is not None:
        if line.strip(" "):
            chains.append(_parse_chain(line, lines))
    return tuple(chains)


def _parse_chain(line: str, lines: _Lines) -> Chain:
    number = lines.number
    commands: list[list[str]] = [[]]
    operators: list[str] = []
    for piece in _pieces(line, number):
        if piece in ("&&", "||"):
            operators.append(piece)
            commands.append([])
        else:
            commands[-1].append(piece)
    if not all(commands):
        raise ShellSyntaxError(number, f'"{operators[0]}" unexpected' if not commands[0] else "end of file unexpected")
    parsed = [_parse_simple(pieces, number, lines) for pieces in commands]
    return Chain(parsed[0], tuple(zip(operators, parsed[1:], strict=True)))


def _pieces(line: str, number: int) -> Iterator[str]:
    """Words keep their quotes; operators are bare; the one double-quoted form is a piece of its own."""
    position = 0
    while position < len(line):
        if line[position] == " ":
            position += 1
            continue
        if line.startswith(STATUS_ECHO, position):
            end = position + len(STATUS_ECHO)
        else:
            match = _OPERATOR.match(line, position) or _WORD.match(line, position)
            if match is None:
                raise ShellSyntaxError(number, _complaint(line[position:]))
            end = match.end()
        piece = line[position:end]
        operator = piece.endswith((">", "> "))
        if not operator and end < len(line) and line[end] != " ":
            raise ShellSyntaxError(number, _complaint(line[end:]))
        yield piece.rstrip(" ") if operator else piece
        position = end


def _complaint(rest: str) -> str:
    if rest.startswith("'"):
        return "Unterminated quoted string"
    return f'"{rest[:1]}" unexpected (this host runs plain commands only)'


def _parse_simple(pieces: list[str], number: int, lines: _Lines) -> Simple:
    if pieces == [STATUS_ECHO]:
        return Simple(number, ("echo",), status_echo=True)
    words: list[str] = []
    stdin: str | None = None
    target: str | None = None
    lock: str | None = None
    errors = Errors.STDERR
    pending = iter(pieces)
    for piece in pending:
        if piece == STATUS_ECHO:
            raise ShellSyntaxError(number, "word unexpected")
        if piece in (">", "9>"):
            path = _unquoted(next(pending, ""), number)
            target, lock = (path, lock) if piece == ">" else (target, path)
        elif piece == "2>&1":
            errors = Errors.STDOUT if target is None else Errors.TARGET
        elif piece.startswith("<<"):
            stdin = lines.take_heredoc()
        else:
            words.append(_word(piece, number, first=not words))
    _check(words, lock, number)
    return Simple(number, tuple(words), stdin, target, errors, lock)


def _word(piece: str, number: int, *, first: bool) -> str:
    if piece.startswith("'"):
        return piece[1:-1]
    if piece.startswith("#"):
        raise ShellSyntaxError(number, "comment unexpected (quote a word that starts with #)")
    if first and (piece in _RESERVED or _ASSIGNMENT.match(piece)):
        raise ShellSyntaxError(number, f'"{piece}" unexpected')
    return piece


def _unquoted(piece: str, number: int) -> str:
    if not _WORD.fullmatch(piece):
        raise ShellSyntaxError(number, "newline unexpected" if not piece else f'"{piece}" unexpected')
    return piece.strip("'")


def _check(words: list[str], lock: str | None, number: int) -> None:
    if not words:
        raise ShellSyntaxError(number, "redirection without a command")
    if words[0] == "exec" and (lock is None or len(words) > 1):
        raise ShellSyntaxError(number, "exec is for opening descriptor 9 and nothing else")
    if words != ["exec"] and lock not in (None, "/dev/null"):  # so that what stays behind does not keep the lock
        raise ShellSyntaxError(number, "a command's descriptor 9 may only be turned to /dev/null")
