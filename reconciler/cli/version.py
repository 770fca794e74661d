"""``version``: this program, and what it stands on."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

import click

from reconciler import __version__
from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json

_LIBRARIES = (
    "aiohttp",
    "asyncssh",
    "click",
    "httpcore2",
    "lxml",
    "ncclient",
    "paramiko",
    "psycopg",
    "pydantic",
    "pyyaml",
    "rich",
    "ruamel.yaml",
)


@click.command("version")
@options.output("text", "json")
def version_command(form: str) -> int:
    """Versions of this program, of Python, of SQLite and of its libraries (null in JSON: an extra not installed)."""
    versions: dict[str, str | None] = {
        "reconciler": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    versions |= {name: _installed(name) for name in _LIBRARIES}
    if form == "json":
        result_json(versions)
    else:
        result("\n".join(f"{name} {number or 'not installed'}" for name, number in versions.items()))
    return Exit.OK


def _installed(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
