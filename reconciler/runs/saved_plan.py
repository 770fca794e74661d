"""Saved plans: data with a digest.  One runs only if planning again gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler import __version__
from reconciler.model.errors import Stale
from reconciler.model.plan import Plan
from reconciler.planning.render import PLAN_FORMAT, digest, plan_as_data
from reconciler.runs.context import Context
from reconciler.store.store import Store

LIMIT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """``files`` are the documents it was made from, by name; ``plan`` is the plan as data.

    ``lineage`` names the database it was made from, and ``serial`` counts what runs had written of the experiment.
    """

    experiment: str
    lineage: str
    serial: int
    files: Mapping[str, str]
    plan: Mapping[str, Any]
    digest: str

    def check_state(self, store: Store) -> None:
        """To be asked under the experiment's lock.

        Raises:
            Stale: the plan was made from another state, or another run has had the experiment since.
        """
        if self.lineage != store.allocations(self.experiment).fence.lineage:
            raise Stale(f"{self.experiment}: the plan was made from another state than this one; plan again")
        if self.serial + 1 != store.serial(self.experiment):  # our own lock counts
            raise Stale(f"{self.experiment}: another run has had it since the plan was saved; plan again")

    def check_fits(self, plan: Plan) -> None:
        """Raises Stale: planning now gives something else than was saved; the message says what."""
        now = plan_as_data(self.experiment, plan)
        if digest(now) == digest(self.plan):
            return
        before = {str(change.get("address")): change for change in self.plan["changes"]}
        after = {change["address"]: change for change in now["changes"]}
        differing = sorted(a for a in before.keys() | after.keys() if before.get(a) != after.get(a))
        first = f"{len(differing)} changes differ, first {differing[0]}" if differing else ""
        what = first or "the recorded or observed state differs"
        raise Stale(f"the state changed since the plan was saved: {what}; plan again")


def render_saved_plan(context: Context, experiment: str, plan: Plan) -> bytes:
    """The file of a plan that was just made."""
    body = {
        "format": PLAN_FORMAT,
        "tool": __version__,
        "experiment": experiment,
        "lineage": context.store.allocations(experiment).fence.lineage,
        "serial": context.store.serial(experiment),
        "files": dict(sorted(context.files.items())),
        "plan": plan_as_data(experiment, plan),
    }
    return _render({**body, "digest": digest(body)})


def parse_saved_plan(data: bytes, path: str) -> SavedPlan:
    """``path`` is how messages call it.

    Raises:
        Stale: not a plan of this version of this program, or changed by hand.
    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise Stale(f"{path}: not a saved plan; make one with `reconciler plan --out`") from None
    if not isinstance(body, dict) or body.get("format") != PLAN_FORMAT:
        raise Stale(f"{path}: not a saved plan of this kind ({PLAN_FORMAT}); make one with `reconciler plan --out`")
    if body.get("tool") != __version__:
        raise Stale(f"{path}: made by version {body.get('tool')}, this is {__version__}; plan again")
    same = data == _render(body)  # to the byte: not only what we read out of it
    claimed = body.pop("digest", None)
    if not same or digest(body) != claimed:
        raise Stale(f"{path}: was changed after it was saved; plan again")
    if {key: type(body.get(key)) for key in _SHAPE} != _SHAPE or not _is_plan(body):
        raise Stale(f"{path}: has a digest that fits and parts that do not; plan again")
    return SavedPlan(body["experiment"], body["lineage"], body["serial"], body["files"], body["plan"], claimed)


_SHAPE = {"experiment": str, "lineage": str, "serial": int, "files": dict, "plan": dict}


def _is_plan(body: Mapping[str, Any]) -> bool:
    changes = body["plan"].get("changes")
    texts = all(isinstance(text, str) for text in body["files"].values())
    return texts and isinstance(changes, list) and all(isinstance(change, dict) for change in changes)


def _render(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, indent=1) + "\n").encode()
