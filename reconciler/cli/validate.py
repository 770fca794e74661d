"""``validate``: everything that is wrong with documents, touching nothing."""

from __future__ import annotations

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, say
from reconciler.model.errors import SpecError


@click.command("validate")
@options.documents
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github", "junit"]),
    default="text",
    show_default=True,
    help="How problems are reported.",
)
def validate_command(sources: options.Sources, form: str) -> int:
    """Check documents: syntax, fields, references, ranges, capacity.  Exit 4 when something is wrong."""
    from reconciler.cli.diagnostics import show_diagnostics
    from reconciler.cli.files import examine_all
    from reconciler.spec.report import Format, render_report

    try:
        texts = sources.read()
    except SpecError as error:
        if form == "text":
            raise
        result(render_report(error.diagnostics, {}, Format(form)))
        return Exit.INVALID
    examination = examine_all(texts, sources.max_file_size)
    if form == "text":
        show_diagnostics(examination.diagnostics, texts)
    else:
        result(render_report(examination.diagnostics, texts, Format(form)))
    catalogue = examination.catalogue
    if catalogue is None:
        return Exit.INVALID
    if form == "text":
        kinds = (catalogue.experiments, catalogue.sites, catalogue.environments, catalogue.disk_images)
        names = ("experiment", "site", "environment", "disk image")
        counts = [f"{len(k)} {n}{'s' if len(k) > 1 else ''}" for k, n in zip(kinds, names, strict=True) if k]
        say(f"valid: {', '.join(counts)}")
    return Exit.OK
