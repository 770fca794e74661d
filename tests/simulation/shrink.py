"""Make a history that goes wrong as small as can be: fewer faults, then fewer happenings, then fewer wishes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.simulation.plans import History
from tests.simulation.simulate import Verdict, simulate

REGRESSIONS = Path(__file__).parent / "regressions"


def explicit(history: History, verdict: Verdict) -> History:
    """The same history with all that was drawn written down."""
    return replace(history, faults=dict(verdict.faults))


def shrink(history: History, tries: int = 400) -> History:
    """The smallest history found that still goes wrong in the same way; ``history`` must be explicit, and go wrong."""
    rule = _rule(history)
    if not rule:
        return history
    smaller = True
    while smaller and tries > 0:
        smaller = False
        for candidate in _smaller(history):
            tries -= 1
            if tries <= 0:
                break
            if _rule(candidate) == rule:
                history, smaller = candidate, True
                break
    return history


def _smaller(history: History) -> list[History]:
    faults = dict(history.faults or {})
    found = [replace(history, faults={})] if len(faults) > 1 else []
    keys = sorted(faults)
    for size in (len(keys) // 2, len(keys) // 4, 1):
        if size:
            for start in range(0, len(keys), size):
                dropped = set(keys[start : start + size])
                found.append(replace(history, faults={k: f for k, f in faults.items() if k not in dropped}))
    found += [_without(history, "happenings", index) for index in range(len(history.happenings))]
    if len(history.wishes) > 1:
        found += [_without(history, "wishes", index) for index in range(len(history.wishes))]
    return found


def _without(history: History, what: str, index: int) -> History:
    items = getattr(history, what)
    return replace(history, **{what: items[:index] + items[index + 1 :]})


def _rule(history: History) -> str:
    """Which invariant breaks; a history that cannot be carried out at all breaks none."""
    try:
        return simulate(history).violation.partition(":")[0]
    except (KeyError, ValueError):
        return ""


def save(name: str, history: History, verdict: Verdict, folder: Path = REGRESSIONS) -> Path:
    """Write a regression file: the seed, and the plan in full, so that it outlives changes of how plans are drawn."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    data = {"violation": verdict.violation, "history": history.as_data()}
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> tuple[str, History]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data["violation"], History.from_data(data["history"])
