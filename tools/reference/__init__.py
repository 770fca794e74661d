"""The reference pages of the documentation, generated from the code: `python -m tools.reference`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tools.reference.commands import render_commands
from tools.reference.documents import render_documents
from tools.reference.tables import render_codes, render_events, render_exits

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def render_pages() -> Mapping[str, str]:
    """The text of every page, by file name."""
    return {
        "codes.md": render_codes(),
        "commands.md": render_commands(),
        "documents.md": render_documents(),
        "events.md": render_events(),
        "exit-codes.md": render_exits(),
    }
