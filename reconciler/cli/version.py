"""``version``: this program, and what it stands on."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import version

import click

from reconciler import __version__
from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json

_LIBRARIES = (
    "asyncssh",
    "click",
    "httpcore2",
    "lxml",
    "ncclient",
    "paramiko",
    "pydantic",
    "pyyaml",
    "rich",
    "ruamel.yaml",
)


@click.command("version")
@options.output("text", "json")
def version_command(form: str) -> int:
    """Versions of this program, of Python, of SQLite and of the libraries that speak to devices."""
    versions = {"reconciler": __version__, "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    versions |= {name: version(name) for name in _LIBRARIES}
    if form == "json":
        result_json(versions)
    else:
        result("\n".join(f"{name} {number}" for name, number in versions.items()))
    return Exit.OK
