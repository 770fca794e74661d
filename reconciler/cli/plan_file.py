"""Saved plans on disk."""

from __future__ import annotations

import os
from pathlib import Path

from reconciler.model.errors import Stale
from reconciler.model.plan import Plan
from reconciler.runs.context import Context
from reconciler.runs.saved_plan import LIMIT_BYTES, SavedPlan, parse_saved_plan, render_saved_plan


def save_plan(path: str, context: Context, experiment: str, plan: Plan) -> None:
    """Write it whole or not at all, for the owner's eyes only."""
    data = render_saved_plan(context, experiment, plan)
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(data)
    draft.replace(target)


def read_plan(path: str) -> SavedPlan:
    """Raises Stale: it cannot be read, or is not a plan of this version of this program, or was changed by hand."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(LIMIT_BYTES)
    except OSError as error:
        raise Stale(f"{path}: cannot read: {error.strerror}") from None
    return parse_saved_plan(data, path)
