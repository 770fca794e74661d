"""Reads the documents named on the command line: files, directories, ``-``; and the sites they stand on."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from reconciler.model.diagnostic import Diagnostic, Span
from reconciler.model.errors import SpecError
from reconciler.spec.limits import Limits
from reconciler.spec.load import Examination, examine
from reconciler.spec.text import decode
from reconciler.wiring import SITE_BYTES, lab_site_texts

_SITE = re.compile(r"^kind:\s*[\"']?Site\b", re.MULTILINE)


def read_all(paths: Iterable[str], limit: int) -> dict[str, str]:
    """The texts by name; a directory gives its ``*.yaml`` and ``*.yml`` files, in order, hidden ones left out.

    Raises:
        SpecError: a file is missing, unreadable, too large or not UTF-8; all such complaints together.
    """
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        for file in _expand(path):
            try:
                texts[file] = _read(file, limit)
            except SpecError as error:
                problems += error.diagnostics
            except OSError as error:
                problems.append(
                    Diagnostic("S121", f"cannot read: {error.strerror}", Span(file, 1, 1), "check the path")
                )
    if problems:
        raise SpecError(tuple(problems))
    if not texts:
        raise click.UsageError(f"no documents in {', '.join(paths)}: no file there ends in .yaml or .yml")
    return texts


def with_sites(texts: Mapping[str, str], sites: str | None, folder: Path) -> dict[str, str]:
    """Add Site documents when there are none among the texts: those of ``--sites``, else those of the lab."""
    if any(_SITE.search(text) for text in texts.values()):
        return dict(texts)
    extra = read_all([sites], SITE_BYTES) if sites else lab_site_texts(folder)
    return {**texts, **extra}


def examine_all(texts: Mapping[str, str], limit: int) -> Examination:
    """Read and check; Site documents may be larger than the limit for what people write."""
    large = max([limit, *(SITE_BYTES for text in texts.values() if _SITE.search(text))])
    return examine(texts, Limits.for_bytes(large))


def _expand(path: str) -> list[str]:
    if path == "-" or not Path(path).is_dir():
        return [path]
    found = (p for p in Path(path).rglob("*") if p.suffix in (".yaml", ".yml") and p.is_file())
    return sorted(str(p) for p in found if not any(part.startswith(".") for part in p.relative_to(path).parts))


def _read(file: str, limit: int) -> str:
    if file == "-":
        data, name = sys.stdin.buffer.read(SITE_BYTES + 1), "<stdin>"
    else:
        name = file
        with Path(file).open("rb") as stream:
            data = stream.read(SITE_BYTES + 1)
    if len(data) > limit and not (len(data) <= SITE_BYTES and re.search(rb"^kind:\s*[\"']?Site\b", data, re.MULTILINE)):
        summary = f"larger than {limit} bytes"
        raise SpecError((Diagnostic("S101", summary, Span(name, 1, 1), "split it, or raise --max-file-size"),))
    return decode(data, name)
