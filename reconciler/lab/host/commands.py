"""The small file commands of a host, with coreutils' messages and exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from reconciler.lab.host.call import Call
from reconciler.lab.host.files import FileError, FileTree

_OPTIONS = frozenset("qsvxE")
_NEEDED = frozenset("qxE")
_PLAIN = re.compile(r"(?:[A-Za-z0-9 :_.,/@%+=#-]|\[\^?[^\]\[\\]+\]|[()|*]|\{[0-9]+(?:,[0-9]*)?\})*\Z")
"""What of the expressions' language we are sure means the same to the real grep; a dot is any letter there too."""


def grep(files: FileTree, call: Call) -> int:
    """`grep -qxE[sv] PATTERN FILE`: 0 when a line is selected, 1 when none is, 2 when something is wrong."""
    words = [word for word in call.arguments if not word.startswith("-")]
    options = {letter for word in call.arguments if word.startswith("-") for letter in word[1:]}
    if len(words) != 2 or not _NEEDED <= options <= _OPTIONS or not _PLAIN.match(words[0]):
        return call.fail("grep: this host wants -qxE (and -s, -v), a plain pattern and a file", 2)
    pattern, path = words
    try:
        text = files.read(path).text
    except FileError as error:
        return 2 if "s" in options else call.fail(f"grep: {path}: {error}", 2)
    try:
        matches = [re.fullmatch(pattern, line) is not None for line in text.splitlines()]
    except re.error as error:
        return call.fail(f"grep: {error}", 2)
    return 0 if ("v" not in options) in matches else 1


def _options(call: Call, allowed: tuple[str, ...], name: str) -> tuple[set[str], list[str]] | None:
    """Options and operands; None after complaining about an option that the host does not know."""
    options = {word for word in call.arguments if word.startswith("-")}
    for option in sorted(options):
        if option not in allowed:
            what = (
                f"unrecognized option '{option}'" if option.startswith("--") else f"invalid option -- '{option[1:2]}'"
            )
            call.complain(f"{name}: {what}\nTry '{name} --help' for more information.\n")
            return None
    return options, [word for word in call.arguments if not word.startswith("-")]


def _cat(files: FileTree, call: Call) -> int:
    parsed = _options(call, (), "cat")
    if parsed is None:
        return 1
    if not parsed[1]:
        call.say(call.stdin)
        return 0
    status = 0
    for path in parsed[1]:
        try:
            call.say(files.read(path).text)
        except FileError as error:
            status = call.fail(f"cat: {path}: {error}")
    return status


def _head(files: FileTree, call: Call) -> int:
    match call.arguments:
        case ("-n", count, path) if count.isdecimal():
            try:
                text = files.read(path).text
            except FileError as error:
                verb = "error reading" if str(error) == "Is a directory" else "cannot open"
                return call.fail(f"head: {verb} '{path}'{' for reading' if verb == 'cannot open' else ''}: {error}")
            call.say("".join(text.splitlines(keepends=True)[: int(count)]))
            return 0
        case ("-n", count, *_):
            return call.fail(f"head: invalid number of lines: '{count}'")
    return call.fail("head: this host wants -n COUNT FILE")


def _cp(files: FileTree, call: Call) -> int:
    parsed = _options(call, ("--sparse=always", "--sparse=auto", "--reflink=auto", "-f", "-p"), "cp")
    if parsed is None:
        return 1
    if len(parsed[1]) != 2:
        return call.fail(f"cp: missing destination file operand after '{(parsed[1] or [''])[0]}'")
    source, target = parsed[1]
    try:
        found = files.read(source)
    except FileError as error:
        if str(error) == "Is a directory":
            return call.fail(f"cp: -r not specified; omitting directory '{source}'")
        return call.fail(f"cp: cannot stat '{source}': {error}")
    try:
        files.write(_into(files, source, target), found)
    except FileError as error:
        what = "error writing" if str(error) == "No space left on device" else "cannot create regular file"
        return call.fail(f"cp: {what} '{target}': {error}")
    return 0


def _mv(files: FileTree, call: Call) -> int:
    parsed = _options(call, ("-f",), "mv")
    if parsed is None:
        return 1
    if len(parsed[1]) != 2:
        return call.fail(f"mv: missing destination file operand after '{(parsed[1] or [''])[0]}'")
    source, target = parsed[1]
    try:
        found = files.read(source)
    except FileError as error:
        return call.fail(f"mv: cannot stat '{source}': {error}")
    full, files.full = files.full, False  # a rename needs no free block
    try:
        files.write(_into(files, source, target), found)
        files.remove(source)
    except FileError as error:
        return call.fail(f"mv: cannot move '{source}' to '{target}': {error}")
    finally:
        files.full = full
    return 0


def _into(files: FileTree, source: str, target: str) -> str:
    return f"{target}/{source.rsplit('/', 1)[-1]}" if files.is_directory(target) else target


def _rm(files: FileTree, call: Call) -> int:
    parsed = _options(call, ("-f",), "rm")
    if parsed is None:
        return 1
    status = 0
    for path in parsed[1]:
        try:
            files.remove(path)
        except FileError as error:
            if "-f" not in parsed[0] or not str(error).startswith("No such"):
                status = call.fail(f"rm: cannot remove '{path}': {error}")
    return status


def _mkdir(files: FileTree, call: Call) -> int:
    parsed = _options(call, ("-p",), "mkdir")
    if parsed is None:
        return 1
    for path in parsed[1]:
        try:
            files.make_directory(path, parents="-p" in parsed[0])
        except FileError as error:
            return call.fail(f"mkdir: cannot create directory '{path}': {error}")
    return 0


def _test(files: FileTree, call: Call) -> int:
    checks: Mapping[str, Callable[[str], bool]] = {
        "-e": files.exists,
        "-f": files.is_file,
        "-d": files.is_directory,
        "-s": partial(_has_text, files),
    }
    match call.arguments:
        case (flag, path) if flag in checks:
            return 0 if checks[flag](path) else 1
        case ("!", flag, path) if flag in checks:
            return 1 if checks[flag](path) else 0
    return call.fail("test: this host knows -e, -f, -d and -s, and ! before them", 2)


def _has_text(files: FileTree, path: str) -> bool:
    try:
        found = files.read(path)
    except FileError:
        return False
    return bool(found.text or found.copied_from)


def _echo(files: FileTree, call: Call) -> int:
    call.say(" ".join(call.arguments) + "\n")
    return 0


def _true(files: FileTree, call: Call) -> int:
    return 0


FileCommand = Callable[[FileTree, Call], int]

COMMANDS: Mapping[str, FileCommand] = {
    "cat": _cat,
    "head": _head,
    "cp": _cp,
    "mv": _mv,
    "rm": _rm,
    "mkdir": _mkdir,
    "test": _test,
    "grep": grep,
    "echo": _echo,
    "true": _true,
}
CHANGING = frozenset(("cp", "mv", "rm", "mkdir"))
