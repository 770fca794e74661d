"""The command line: finds the command, turns every outcome into an exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from reconciler import __version__
from reconciler.cli.exits import TABLE, Exit

if TYPE_CHECKING:
    from pathlib import Path

_COMMANDS: dict[str, tuple[str, str]] = {
    "validate": ("reconciler.cli.validate", "Check documents without touching anything."),
    "fmt": ("reconciler.cli.fmt", "Put documents into one layout, comments kept."),
    "plan": ("reconciler.cli.plan", "Show what apply would do, and why."),
    "apply": ("reconciler.cli.apply", "Create, change and delete resources until they match the documents."),
    "destroy": ("reconciler.cli.apply", "Delete an experiment's resources and release what it holds."),
    "diff": ("reconciler.cli.plan", "Compare the documents with the observed state (exit 2 when they differ)."),
    "drift": ("reconciler.cli.drift", "Compare what was applied with the observed state (exit 2 when it drifted)."),
    "show": ("reconciler.cli.show", "Print the documents as understood, or one resource."),
    "status": ("reconciler.cli.status", "Conditions of an experiment, observed now."),
    "leases": ("reconciler.cli.leases", "Addresses, VLAN ids and nodes: list, find, reserve, release."),
    "lock": ("reconciler.cli.lock", "Show and release experiment locks."),
    "audit": ("reconciler.cli.audit", "Show and verify the audit log: who did what."),
    "vms": ("reconciler.cli.vms", "Every domU: host, state, IP, MAC, name."),
    "graph": ("reconciler.cli.graph", "The topology as Mermaid, DOT or SVG."),
    "watch": ("reconciler.cli.watch", "Reconcile when a file changes and at an interval."),
    "import": ("reconciler.cli.importing", "Turn a testbed's reference data into Site documents."),
    "lab": ("reconciler.cli.lab", "The emulated testbed: start, stop, status, reset, break."),
    "schema": ("reconciler.cli.schema", "JSON Schemas of the documents."),
    "version": ("reconciler.cli.version", "Versions of this program and what it stands on."),
    "completion": ("reconciler.cli.completion", "Shell completion script."),
}

_ATTRIBUTES = {"import": "import_", "lab": "lab"}


class LazyGroup(click.Group):
    """Imports a command's module only when it is run: ``--help`` needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        known = _COMMANDS.get(cmd_name)
        if known is None:
            return None
        command = getattr(import_module(known[0]), _ATTRIBUTES.get(cmd_name, f"{cmd_name}_command"))
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake in our own table, found by the tests
        for option in command.params:
            if isinstance(option, click.Option) and option.envvar is None and option.name is not None:
                option.envvar = f"RECONCILER_{_flag(option).replace('-', '_').upper()}"
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Whoever asked for JSON gets JSON also when it fails."""
        from reconciler.model.errors import ReconcilerError

        try:
            return super().invoke(ctx)
        except (ReconcilerError, click.UsageError, OSError) as error:
            from reconciler.cli.options import FORM
            from reconciler.cli.output import error_as_data, result_json

            if ctx.meta.get(FORM) == "json" and not isinstance(error, BrokenPipeError):
                result_json(error_as_data(error, _code_of(error)))
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 1)
            if near:
                raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None
            raise


def _flag(option: click.Option) -> str:
    return option.opts[-1].lstrip("-")


@click.group(cls=LazyGroup, epilog=TABLE, context_settings={"max_content_width": 110})
@click.version_option(__version__, prog_name="reconciler")
@click.option("--state-dir", metavar="DIR", help="Where state is kept. [env: RECONCILER_STATE_DIR]")
@click.option(
    "--store",
    metavar="URL",
    help="Keep state on a PostgreSQL server, postgresql://USER@HOST/DATABASE, for several machines (extra"
    " `postgresql`). A password stands in ~/.pgpass. [env: RECONCILER_STORE; default: a file in the state directory]",
)
@click.pass_context
def cli(ctx: click.Context, state_dir: str | None, store: str | None) -> None:
    """A declarative reconciler for experiment testbeds.

    One YAML file describes nodes, images, VMs, addresses and VLANs; this program compares it with what machines,
    switches and the state database say, and acts until they agree.

    \b
    Start here:
      reconciler lab start                       an emulated testbed on this machine
      reconciler apply -f examples/quickstart.yaml
      reconciler vms
    """
    from reconciler.cli.options import STORE

    ctx.obj = state_dir
    command = cli.get_command(ctx, ctx.invoked_subcommand or "")
    settings = read_settings()
    ctx.meta[STORE] = store or settings.get("store")
    if command is not None and settings:
        options = {_flag(option): option.name for option in command.params if isinstance(option, click.Option)}
        known = {options[flag]: value for flag, value in settings.items() if flag in options}
        ctx.default_map = {ctx.invoked_subcommand or "": known}


# -- settings files: defaults for flags; a flag or the environment wins over both ------------------------------------

SETTABLE = frozenset(
    {
        "sites",
        "parallelism",
        "max-file-size",
        "timeout",
        "lock-timeout",
        "events",
        "interval",
        "view",
        "format",
        "store",
    }
)
"""What may stand in a file.  Not ``yes``: nobody should agree to a plan by a forgotten file."""

PROJECT_FILE = "reconciler.toml"


def read_settings() -> Mapping[str, object]:
    """The values by flag: the user's file, then the project's in the working directory, which wins.

    Raises:
        UsageError: a file is not TOML, or sets something that is no setting.
    """
    from pathlib import Path

    from platformdirs import user_config_path

    settings: dict[str, object] = {}
    for file in (user_config_path("reconciler") / "config.toml", Path(PROJECT_FILE)):
        if file.is_file():
            settings |= _read_settings(file)
    return settings


def _read_settings(file: Path) -> Mapping[str, object]:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{file}: not a settings file: {error}") from None
    unknown = sorted(values.keys() - SETTABLE)
    if unknown:
        raise click.UsageError(f"{file}: no setting {unknown[0]!r}; there are {', '.join(sorted(SETTABLE))}")
    return values


# -- the process ---------------------------------------------------------------------------------------


def settle_process() -> None:
    """Set what holds for the whole process, before anything large is imported or made."""
    # A plan is a million small values that all stay: collecting as often as by default doubles its cost.
    gc.set_threshold(100_000, 20, 100)
    # Plugins would be code of others in every run, and looking for them costs 15 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def main() -> None:
    """Run the command line and end the process with one of the published exit codes."""
    from reconciler.model.errors import ReconcilerError

    settle_process()
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = Exit.INTERRUPTED
    except click.UsageError as error:
        error.show()
        code = _code_of(error)
    except click.ClickException as error:
        error.show()
        code = Exit.FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.FAILED
    except ReconcilerError as error:
        from reconciler.cli.output import show_error

        show_error(error)
        code = _code_of(error)
    except OSError as error:
        from reconciler.cli.output import say

        say(f"{error.filename}: {error.strerror}" if error.filename else str(error), mark="error:", colour="red")
        code = _code_of(error)
    except Exception as error:
        code = _show_damage(error)
    sys.exit(code if isinstance(code, int) else Exit.OK)


def _show_damage(error: Exception) -> Exit:
    """What a damaged state file gives away only when it is read; anything else is a fault of ours, and rises."""
    sqlite = sys.modules.get("sqlite3")
    if sqlite is None or not isinstance(error, sqlite.DatabaseError):
        raise error
    from reconciler.cli.output import say

    say(
        f"the state file cannot be used: {error}; restore it from a copy, or free the disk", mark="error:", colour="red"
    )
    return Exit.FAILED


def _code_of(error: Exception) -> Exit:
    from reconciler.cli.exits import exit_of
    from reconciler.model.errors import ReconcilerError

    if isinstance(error, click.UsageError):
        return Exit.USAGE
    return exit_of(error) if isinstance(error, ReconcilerError) else Exit.FAILED
