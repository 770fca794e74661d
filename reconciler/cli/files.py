"""Reads the documents named on the command line: files, directories, ``-``; and the sites they stand on."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeAlias

import click

from reconciler.extras import known_drivers
from reconciler.model.diagnostic import Diagnostic, Span
from reconciler.model.errors import SpecError
from reconciler.spec.limits import Limits
from reconciler.spec.load import Examination, examine
from reconciler.spec.read import read
from reconciler.spec.text import decode
from reconciler.wiring import SITE_BYTES, lab_site_texts

STDIN = "-"
"""Standard input: as a path, and as the name of its text in messages."""

_SITE = re.compile(r"^[ {]*[\"']?kind[\"']?:\s*[\"']?Site\b", re.MULTILINE)
"""A Site as nearly everybody writes it, in YAML or in JSON; nothing else that is allowed in a document is like this."""


def read_all(paths: Iterable[str], limit: int) -> dict[str, str]:
    """The texts by name; a directory gives its ``*.yaml`` and ``*.yml`` files, in order, hidden ones left out.

    What is in a directory may have been put there by anybody who can write to the repository: a link there is refused,
    since what it points to might end up in a message.

    Raises:
        SpecError: a file is missing, unreadable, a link, too large or not UTF-8; all such complaints together.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        taken = _walk(path, limit) if path != STDIN and Path(path).is_dir() else [_take(path, path, limit)]
        for name, text in sorted(taken, key=lambda pair: pair[0]):
            if isinstance(text, str):
                texts[name] = text
            else:
                problems += text
    if problems:
        raise SpecError(tuple(problems))
    if not texts:
        raise click.UsageError(f"no documents in {', '.join(paths)}: no file there ends in .yaml or .yml")
    return texts


def with_sites(texts: Mapping[str, str], sites: str | None, folder: Path) -> dict[str, str]:
    """Add Site documents when there are none among the texts: those of ``--sites``, else those of the lab."""
    if any(_holds_site(text) for text in texts.values()):
        return dict(texts)
    extra = read_all([sites], SITE_BYTES) if sites else lab_site_texts(folder)
    return {**texts, **extra}


def examine_all(texts: Mapping[str, str], limit: int) -> Examination:
    """Read and check; Site documents may be larger than the limit for what people write, the lab's larger still."""
    large = max([limit, *(max(SITE_BYTES, len(text.encode())) for text in texts.values() if _holds_site(text))])
    return examine(texts, Limits.for_bytes(large), known_drivers())


def _holds_site(text: str) -> bool:
    """What the reader of documents finds; it is only asked where a glance does not tell."""
    if _SITE.search(text):
        return True
    if "Site" not in text and "\\" not in text:
        return False
    return any(tree.get("kind") == "Site" for tree in read(text, "", Limits.for_bytes(SITE_BYTES)).trees)


Taken: TypeAlias = tuple[str, str | tuple[Diagnostic, ...]]
"""A file's name, and its text or what is wrong with it."""


def _walk(path: str, limit: int) -> list[Taken]:
    """Every document below a directory, opened by its place in its folder, so that none can be swapped for a link."""
    found: list[Taken] = []
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder, subfolders, names, handle in os.fwalk(".", dir_fd=top):
            subfolders[:] = [name for name in subfolders if not name.startswith(".")]
            wanted = (name for name in names if name.endswith((".yaml", ".yml")) and not name.startswith("."))
            found += [_take(str(Path(path, folder, name)), name, limit, handle) for name in wanted]
    finally:
        os.close(top)
    return found


def _take(shown: str, path: str, limit: int, folder: int | None = None) -> Taken:
    try:
        return shown, _read(shown, path, limit, folder)
    except SpecError as error:
        return shown, error.diagnostics
    except OSError as error:
        link = error.errno == errno.ELOOP and folder is not None
        summary = "a link in a directory is not followed" if link else f"cannot read: {error.strerror}"
        hint = "name its target with -f, or put a copy there" if link else "check the path"
        return shown, (Diagnostic("S121", summary, Span(shown, 1, 1), hint),)


def _read(shown: str, path: str, limit: int, folder: int | None) -> str:
    most = max(limit, SITE_BYTES) + 1
    if path == STDIN:
        data = sys.stdin.buffer.read(most)
    else:
        with open(path, "rb", opener=partial(_open, folder=folder)) as stream:
            data = stream.read(most)
    if len(data) > limit and not (len(data) <= SITE_BYTES and _holds_site(data.decode(errors="replace"))):
        summary = f"larger than {limit} bytes"
        raise SpecError((Diagnostic("S101", summary, Span(shown, 1, 1), "split it, or raise --max-file-size"),))
    return decode(data, shown)


def _open(path: str, flags: int, folder: int | None) -> int:
    """What was named is opened whatever it is; what was found in a folder only if it is a plain file."""
    if folder is None:
        return os.open(path, flags)
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a plain file")
    return handle
