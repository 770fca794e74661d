"""``reconciler import``: other people's inventories as Site documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import output
from reconciler.cli.output import result, result_json, say

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from reconciler.importers.g5k.importing import Imported
    from reconciler.model.diagnostic import Diagnostic

_SHOWN_PER_CODE = 3


@click.group(name="import")
def import_() -> None:
    """Turn the inventory of a real testbed into Site documents."""


@import_.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--site", "sites", multiple=True, metavar="NAME", help="Import this site; may be given again. [all]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write <site>.yaml files here. [stdout]")
@click.option("--force", is_flag=True, help="Replace files in --out that differ.")
@click.option(
    "--lease", "leases", multiple=True, metavar="RANGE", help="Addresses this tool gives out; may be given again."
)
@click.option(
    "--access", type=click.Choice(["lab", "direct"]), default="lab", show_default=True, help="Whom to talk to."
)
@click.option(
    "--wan", metavar="BACKBONE", help="Join the sites by this backbone, inventing the ports that push S-tags."
)
@click.option(
    "--s-vlans", default="1000-1099", show_default=True, metavar="IDS", help="S-VLAN ids lent on the backbone."
)
@click.option("--uplinks", metavar="SWITCH", help="Invent cables from switches without one to this switch.")
@click.option("--bridge", metavar="NAME", help="Host bridge of experiment interfaces, where the inventory names none.")
@click.option(
    "--all", "show_all", is_flag=True, help=f"Show every finding, not the first {_SHOWN_PER_CODE} of each kind."
)
@click.option("--strict", is_flag=True, help="Findings are errors: nothing is written, exit code 4.")
@output("text", "json")
@click.pass_context
def g5k(
    context: click.Context,
    directory: Path,
    sites: tuple[str, ...],
    out: Path | None,
    force: bool,
    leases: tuple[str, ...],
    access: str,
    wan: str | None,
    s_vlans: str,
    uplinks: str | None,
    bridge: str | None,
    show_all: bool,
    strict: bool,
    form: str,
) -> None:
    """Import a Grid'5000 reference repository: DIRECTORY holds data/grid5000/sites, or sites.

    What the data get wrong is reported and left out.  With --access lab the tool leases the three quarters of each
    site's space that are not DHCP's; with --access direct it leases only what --lease names.
    """
    from reconciler.importers.findings import as_errors
    from reconciler.importers.g5k.importing import import_tree
    from reconciler.importers.g5k.options import BadOption, Options
    from reconciler.importers.g5k.tree import NotATree
    from reconciler.model.diagnostic import Severity

    options = Options(sites, _ranges(leases), access == "direct", wan, s_vlans, uplinks, bridge)
    try:
        imported = import_tree(directory, options)
    except (BadOption, NotATree) as error:
        raise click.UsageError(str(error)) from None
    findings = as_errors(imported.findings) if strict else imported.findings
    _tell(findings, show_all)
    refused = any(finding.severity is Severity.ERROR for finding in findings)
    written = {} if refused else _write(imported, out, force, to_stdout=form == "text")
    if form == "json":
        result_json(_as_json(imported, findings, written))
    if refused:
        say("Nothing is written: --strict takes findings for errors.")
        context.exit(Exit.INVALID)


def _ranges(texts: tuple[str, ...]) -> tuple[IPv4Network, ...]:
    from reconciler.spec.scalars import parse_network

    try:
        return tuple(parse_network(text) for text in texts)
    except ValueError as error:
        raise click.UsageError(f"--lease: {error}") from None


def _tell(findings: tuple[Diagnostic, ...], show_all: bool) -> None:
    """The first of each kind, then how many there are of each."""
    from reconciler.importers.findings import CODES, count_codes

    shown: dict[str, int] = {}
    for finding in findings:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        if show_all or shown[finding.code] <= _SHOWN_PER_CODE:
            say(str(finding))
    for code, count in count_codes(findings):
        say(f"{count:6} {code} {CODES[code]}")
    if not show_all and any(count > _SHOWN_PER_CODE for count in shown.values()):
        say("--all shows every one of them.")


def _write(imported: Imported, out: Path | None, force: bool, *, to_stdout: bool) -> dict[str, str]:
    """Write the documents; gives the path of each site's file."""
    if out is None:
        if to_stdout:
            result("---\n".join(site.text for site in imported.sites).rstrip("\n"))
        return {}
    paths = {site.name: out / f"{site.name}.yaml" for site in imported.sites}
    kept = [
        str(paths[s.name]) for s in imported.sites if paths[s.name].exists() and paths[s.name].read_text() != s.text
    ]
    if kept and not force:
        raise click.UsageError(f"{', '.join(kept)}: there already, and different; --force replaces them")
    out.mkdir(parents=True, exist_ok=True)
    for site in imported.sites:
        paths[site.name].write_text(site.text)
        if to_stdout:
            result(f"{paths[site.name]}: {len(site.site.spec.nodes)} nodes, {len(site.site.spec.switches)} switches")
    return {name: str(path) for name, path in paths.items()}


def _as_json(imported: Imported, findings: tuple[Diagnostic, ...], written: dict[str, str]) -> dict[str, object]:
    sites = [
        {
            "name": site.name,
            "nodes": len(site.site.spec.nodes),
            "switches": len(site.site.spec.switches),
            "file": written.get(site.name),
            "document": None if site.name in written else site.text,
        }
        for site in imported.sites
    ]
    told = [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "summary": finding.summary,
            "hint": finding.hint,
            "file": finding.span.file if finding.span else None,
            "line": finding.span.line if finding.span else None,
            "column": finding.span.column if finding.span else None,
        }
        for finding in findings
    ]
    return {"sites": sites, "findings": told}
