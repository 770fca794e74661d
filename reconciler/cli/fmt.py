"""``fmt``: documents in one layout, comments kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, say

if TYPE_CHECKING:
    from reconciler.model.diagnostic import Diagnostic


@click.command("fmt")
@options.files
@options.max_file_size
@click.option("--check", is_flag=True, help="Change nothing; exit 2 when a file is not in the layout.")
def fmt_command(paths: tuple[str, ...], max_file_size: int, check: bool) -> int:
    """Put documents into one layout: two spaces, one blank before a comment; comments and order are kept.

    A file that is not valid, or that cannot be laid out without a loss, is refused with the place and left as it is.
    """
    from reconciler.cli.files import STDIN, read_all

    texts = read_all(paths, max_file_size)
    laid_out = _lay_out_all(texts)
    if STDIN in laid_out and not check:
        result(laid_out[STDIN].rstrip("\n"))
    different = {file: new for file, new in laid_out.items() if new != texts[file]}
    for file, text in different.items():
        if check:
            result(file)
        elif file != STDIN:
            _replace(Path(file), text)
            say(f"laid out {file}")
    return Exit.DIFFERENT if check and different else Exit.OK


def _lay_out_all(texts: Mapping[str, str]) -> dict[str, str]:
    """Raises: SpecError: with the complaints of all files; none of them is written then."""
    from reconciler.model.errors import SpecError
    from reconciler.spec.layout import lay_out

    laid_out: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for file, text in texts.items():
        try:
            laid_out[file] = lay_out(text, file)
        except SpecError as error:
            problems += error.diagnostics
    if problems:
        raise SpecError(tuple(problems))
    return laid_out


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.chmod(path.stat().st_mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
