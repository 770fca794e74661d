"""``fmt``: documents in one layout, comments kept."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, say


@click.command("fmt")
@options.files
@options.max_file_size
@click.option("--check", is_flag=True, help="Change nothing; exit 2 when a file is not in the layout.")
def fmt_command(paths: tuple[str, ...], max_file_size: int, check: bool) -> int:
    """Put documents into one layout: two spaces, one blank before a comment; comments and order are kept.

    A file that is not valid YAML is refused and left as it is.
    """
    from reconciler.cli.files import read_all

    texts = read_all(paths, max_file_size)
    different = {file: new for file, text in texts.items() if (new := layout(text, file)) != text}
    for file, text in different.items():
        if file == "<stdin>":
            result(text.rstrip("\n"))
        elif check:
            result(file)
        else:
            _replace(Path(file), text)
            say(f"laid out {file}")
    return Exit.DIFFERENT if check and different else Exit.OK


def layout(text: str, file: str) -> str:
    """The text in our layout; the same for a text that is in it.

    Raises:
        SpecError: not YAML that we read; nothing is laid out.
    """
    from ruamel.yaml import YAML

    from reconciler.model.errors import SpecError
    from reconciler.spec.limits import Limits
    from reconciler.spec.read import read

    reading = read(text, file, Limits.for_bytes(max(len(text.encode()), 1)))
    if reading.diagnostics:
        raise SpecError(tuple(reading.diagnostics))
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = StringIO()
    yaml.dump_all(yaml.load_all(text), written)
    return written.getvalue()


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(path.stat().st_mode)
    draft.replace(path)
