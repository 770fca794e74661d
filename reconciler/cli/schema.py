"""``schema``: JSON Schemas for editors and pipelines."""

from __future__ import annotations

import click

from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json


@click.command("schema")
@click.argument("kind", required=False)
@click.option("--out", metavar="DIR", help="Write all of them as files.")
def schema_command(kind: str | None, out: str | None) -> int:
    """Print the JSON Schema (2020-12) of one kind of document, of all of them together, or of an `event`."""
    from pathlib import Path

    from reconciler.cli.event_types import render_event_schema
    from reconciler.spec.schema import render_schemas

    schemas = {**render_schemas(), "event.schema.json": render_event_schema()}
    if out:
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in schemas.items():
            (folder / name).write_text(text, encoding="utf-8")
        result("\n".join(sorted(str(folder / name) for name in schemas)))
        return Exit.OK
    name = f"{(kind or 'document').lower()}.schema.json"
    if name not in schemas:
        raise click.UsageError(f"no kind {kind}; there are {', '.join(sorted(n.partition('.')[0] for n in schemas))}")
    import json

    result_json(json.loads(schemas[name]))
    return Exit.OK
