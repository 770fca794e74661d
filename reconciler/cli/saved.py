"""Saved plans: data with a digest.  One runs only if planning again gives the same bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.model.errors import Stale
from reconciler.model.plan import Plan
from reconciler.planning.render import PLAN_FORMAT, digest, plan_as_data
from reconciler.wiring import Workshop

_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """``files`` are the documents it was made from, by name; ``plan`` is the plan as data."""

    experiment: str
    files: Mapping[str, str]
    plan: Mapping[str, Any]
    digest: str


def save_plan(path: str, workshop: Workshop, experiment: str, plan: Plan) -> None:
    """Write it whole or not at all, for the owner's eyes only."""
    body = {
        "format": PLAN_FORMAT,
        "tool": __version__,
        "experiment": experiment,
        "files": dict(sorted(workshop.files.items())),
        "plan": plan_as_data(experiment, plan),
    }
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({**body, "digest": digest(body)}, indent=1) + "\n", encoding="utf-8")
    draft.replace(target)


def read_plan(path: str) -> SavedPlan:
    """Raises Stale: not a plan of this version of this program, or changed by hand."""
    try:
        with Path(path).open("rb") as stream:
            body = json.loads(stream.read(_LIMIT))
    except OSError as error:
        raise Stale(f"{path}: cannot read: {error.strerror}") from None
    except ValueError:
        raise Stale(f"{path}: not a saved plan; make one with `reconciler plan --out`") from None
    if not isinstance(body, dict) or body.get("format") != PLAN_FORMAT:
        raise Stale(f"{path}: not a saved plan of this kind ({PLAN_FORMAT}); make one with `reconciler plan --out`")
    if body.get("tool") != __version__:
        raise Stale(f"{path}: made by version {body.get('tool')}, this is {__version__}; plan again")
    claimed = body.pop("digest", None)
    if digest(body) != claimed:
        raise Stale(f"{path}: was changed after it was saved; plan again")
    return SavedPlan(body["experiment"], body["files"], body["plan"], claimed)


def check_fits(saved: SavedPlan, plan: Plan) -> None:
    """Raises Stale: planning now gives something else than was saved; the message says what."""
    now = plan_as_data(saved.experiment, plan)
    if digest(now) == digest(saved.plan):
        return
    before = {change["address"]: change for change in saved.plan["changes"]}
    after = {change["address"]: change for change in now["changes"]}
    differing = sorted(a for a in before.keys() | after.keys() if before.get(a) != after.get(a))
    what = (
        f"{len(differing)} changes differ, first {differing[0]}" if differing else "what is known of the world differs"
    )
    raise Stale(f"the world has moved since the plan was saved: {what}; plan again")
