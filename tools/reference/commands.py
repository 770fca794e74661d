"""The page on commands, from click's own description of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from reconciler.cli.main import cli
from tools.reference.text import page, table


def render_commands() -> str:
    context = click.Context(cli, info_name="reconciler")
    intro = (
        "Results go to standard output, everything else to standard error. Every option is also an "
        "environment variable: `--state-dir` is `RECONCILER_STATE_DIR`, `--yes` of "
        "`apply` is `RECONCILER_APPLY_YES`. "
        "[Exit codes](exit-codes.md) are the same for all commands."
    )
    parts = [intro, *_options(cli)]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        parts += _command(command, f"reconciler {name}", 2) if command is not None else ()
    return page("Commands", *parts)


def _command(command: click.Command, path: str, level: int) -> Iterator[str]:
    yield f"{'#' * level} `{path}`"
    yield f"```\n{' '.join([path, *_pieces(command)])}\n```"
    yield _prose(command.help or "")
    yield from _options(command)
    if isinstance(command, click.Group):
        for name, sub in sorted(command.commands.items()):
            yield from _command(sub, f"{path} {name}", level + 1)


def _pieces(command: click.Command) -> list[str]:
    return command.collect_usage_pieces(click.Context(command, info_name=command.name))


def _prose(text: str) -> str:
    """Paragraphs as they are; what click is told not to wrap is shown as it stands."""
    shown = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        kept = paragraph.startswith("\b\n")
        shown.append(f"```\n{paragraph[2:]}\n```" if kept else re.sub(r"\s*\n\s*", " ", paragraph))
    return "\n\n".join(shown)


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=command.name)
    rows = []
    for parameter in command.params:
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record is not None:
            rows.append((f"`{record[0]}`", record[1]))
    if rows:
        yield table(("Option", "Meaning"), rows)
