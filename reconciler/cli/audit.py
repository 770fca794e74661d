"""``audit``: who did what, and whether anything of it was changed since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, say, table

if TYPE_CHECKING:
    from reconciler.store.chain import Head, Sealed

_SITE = "(site)"
_SHORT = 12
_LIMIT = 16 * 1024 * 1024


@click.group("audit")
def audit_command() -> None:
    """What was asked for, planned, sent and done by hand: entries that are only ever added, and kept for good."""


@audit_command.command("show")
@click.argument("experiment", required=False)
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only so many entries, of each chain the last.")
@options.output("text", "json")
@click.pass_context
def show_command(ctx: click.Context, experiment: str | None, last: int | None, form: str) -> int:
    """Print the entries of EXPERIMENT, or of all and of the site.

    What was planned and sent is there as a digest, which can be computed from a saved plan: docs/design.md says how.
    """
    from reconciler.runs.survey import require_known

    store = options.open_store_of(ctx)
    try:
        names = store.audit.chains()
        if experiment is not None:
            with options.not_found_as_usage():
                require_known([experiment], [name for name in names if name])
            names = [experiment]
        found = [(name, sealed) for name in names for sealed in store.audit.entries(name, last)]
    finally:
        store.close()
    if form == "json":
        result_json([_as_data(name, sealed) for name, sealed in found])
    elif found:
        headers = ["EXPERIMENT", "NUMBER", "AT", "WHO", "RUN", "EPOCH", "ACT", "WHAT", "DIGEST"]
        result(table(headers, [_as_row(name, sealed) for name, sealed in found]))
    else:
        result("nothing was done yet")
    return Exit.OK


@audit_command.command("verify")
@click.option(
    "--expect",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What `audit verify --output json` printed before, kept where nobody who writes the state can write.",
)
@options.output("text", "json")
@click.pass_context
def verify_command(ctx: click.Context, expect: Path | None, form: str) -> int:
    """Compute every chain anew and print how far each goes; exit 3 when something was changed or is missing.

    Who may write the state can seal a changed chain anew, or cut it off at its end: only heads that were kept
    elsewhere show that. Save what this prints, and give it to --expect later.
    """
    kept = _read(expect) if expect is not None else None
    store = options.open_store_of(ctx)
    try:
        verdict = store.audit.verify(kept[1] if kept is not None else ())
    finally:
        store.close()
    wrong = [f"{fault.chain or _SITE}: entry {fault.number} {fault.why}" for fault in verdict.faults]
    if kept is not None and kept[0] != verdict.lineage:
        wrong = [f"{expect}: kept of the state {kept[0]}, and this is {verdict.lineage}: another one"]
    heads = [{"experiment": head.chain, "number": head.number, "hash": head.hash} for head in verdict.heads]
    if form == "json":
        result_json({"lineage": verdict.lineage, "heads": heads, "faults": wrong})
    elif heads:
        rows = [[head.chain or _SITE, str(head.number), head.hash] for head in verdict.heads]
        result(table(["EXPERIMENT", "ENTRIES", "HASH"], rows))
    else:
        result("nothing was done yet")
    for text in wrong:
        say(text, mark="error:", colour="red")
    return Exit.PARTIAL if wrong else Exit.OK


def _read(path: Path) -> tuple[str, list[Head]]:
    """Lineage and heads.  Raises Refused: not what we print."""
    from reconciler.model.errors import Refused
    from reconciler.store.chain import Head

    with path.open("rb") as stream:
        text = stream.read(_LIMIT)
    try:
        data = json.loads(text)
        heads = [Head(head["experiment"], head["number"], head["hash"]) for head in data["heads"]]
        lineage = data["lineage"]
    except (ValueError, RecursionError, KeyError, TypeError):
        lineage, heads = None, []
    types = {(type(head.chain), type(head.number), type(head.hash)) for head in heads} or {(str, int, str)}
    if type(lineage) is not str or types != {(str, int, str)}:
        raise Refused(f"{path}: not what `reconciler audit verify --output json` prints; give a file with that")
    return lineage, heads


def _as_row(name: str, sealed: Sealed) -> list[str]:
    e = sealed.entry
    at, digest = e.at[:19], e.digest[:_SHORT]
    return [name or _SITE, str(sealed.number), at, e.who, e.run, str(e.epoch or ""), e.act, e.what, digest]


def _as_data(name: str, sealed: Sealed) -> dict[str, Any]:
    e = sealed.entry
    data: dict[str, Any] = {"experiment": name, "number": sealed.number, "at": e.at, "who": e.who, "run": e.run}
    return data | {"epoch": e.epoch, "act": e.act, "what": e.what, "digest": e.digest, "hash": sealed.hash}
