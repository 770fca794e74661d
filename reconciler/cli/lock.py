"""``lock``: who has which experiment, and how it is taken from somebody who is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options
from reconciler.cli.confirm import confirm
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table

if TYPE_CHECKING:
    from reconciler.store.runs import LockRow


@click.group("lock")
def lock_command() -> None:
    """Show and release experiment locks: at most one run at a time changes an experiment."""


@lock_command.command("list")
@options.output("text", "json")
@click.pass_context
def list_command(ctx: click.Context, form: str) -> int:
    """List the experiments that a run has now."""
    rows = _locks(ctx)
    if form == "json":
        result_json([_as_data(row) for row in rows])
    elif rows:
        headers = ["EXPERIMENT", "RUN", "EPOCH", "MACHINE", "PROCESS", "SINCE", "HEARD OF", "ALIVE"]
        result(table(headers, [list(map(str, _as_data(row).values())) for row in rows]))
    else:
        result("no run has any experiment")
    return Exit.OK


@lock_command.command("show")
@click.argument("experiment")
@options.output("text", "json")
@click.pass_context
def show_command(ctx: click.Context, experiment: str, form: str) -> int:
    """Say who has one experiment: run, machine, process, since when."""
    rows = [row for row in _locks(ctx) if row.experiment == experiment]
    if form == "json":
        result_json(_as_data(rows[0]) if rows else None)
    elif rows:
        result("\n".join(f"{name}: {value}" for name, value in _as_data(rows[0]).items()))
    else:
        result(f"no run has {experiment}")
    return Exit.OK


@lock_command.command("release")
@click.argument("experiment")
@click.option(
    "--dead",
    is_flag=True,
    help="No run of it does anything any more, also on machines that are silent: you know that they are off.",
)
@options.yes
@click.pass_context
def release_command(ctx: click.Context, experiment: str, dead: bool, yes: bool) -> int:
    """Take an experiment from the run that has it.

    The next run then takes it; devices refuse the earlier one.  What a silent run had under way on switches and
    deployers stays as it is until --dead says that the run is over: only that frees what it uses.
    """
    store = options.open_store_of(ctx)
    try:
        holder = next((row for row in store.locks() if row.experiment == experiment), None)
        whom = f"run {holder.run} on {holder.machine}" if holder else "nobody"
        if not yes:
            confirm(f"Take {experiment} from {whom}?{' No run of it lives any more?' if dead else ''}", experiment)
        store.release_lock(experiment, proved_dead=dead)
    finally:
        store.close()
    result(f"{experiment}: released" + (f" from run {holder.run}" if holder else "; no run had it"))
    return Exit.OK


@lock_command.command("catch-up")
@options.yes
@click.pass_context
def catch_up_command(ctx: click.Context, yes: bool) -> int:
    """Go on with a state that is older than the devices.

    Such a state, put back from a copy, knows nothing of what was leased and made after it was copied: it is used for
    nothing until you say so here.  Put the latest state in its place if there is one.  If not, look at the devices
    for what the database does not list, and keep its addresses and VLANs from others (`leases reserve`) right after.
    """
    store = options.open_store_of(ctx)
    try:
        if not yes:
            confirm("The latest state is lost, and what was made since this copy was looked after?", "this state")
        epoch = store.catch_up()
    finally:
        store.close()
    result("this state was not found to be older than any device" if epoch is None else f"goes on after epoch {epoch}")
    return Exit.OK


def _locks(ctx: click.Context) -> list[LockRow]:
    store = options.open_store_of(ctx)
    try:
        return store.locks()
    finally:
        store.close()


def _as_data(row: LockRow) -> dict[str, Any]:
    return {
        "experiment": row.experiment,
        "run": row.run,
        "epoch": row.epoch,
        "machine": row.machine,
        "process": row.pid,
        "since": row.since.isoformat(timespec="seconds"),
        "heardOf": row.beat.isoformat(timespec="seconds"),
        "alive": not row.over,
    }
