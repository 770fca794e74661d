"""A plan as people and programs read it: text, JSON, markdown.  Pure; equal plans give equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action, Cause, Change
from reconciler.model.plan import Impact, Plan, Step
from reconciler.model.resource import Resource
from reconciler.resources.kinds import HOLDING, KINDS

PLAN_FORMAT = "reconciler-plan/1"
NO_CHANGES = "No changes. The observed state matches the desired state."
SIGNS = {Action.CREATE: "+", Action.UPDATE: "~", Action.DELETE: "-"}
_TERRAFORM = {Action.CREATE: ["create"], Action.UPDATE: ["update"], Action.DELETE: ["delete"]}
_MANY = 12


def render_plan(experiment: str, plan: Plan, *, full: bool = False) -> str:
    """The plan as text.  The concise view folds long runs of like changes; the full one has every command."""
    if plan.converged:
        return f"{experiment}: {NO_CHANGES}"
    lines = [f"Plan for {experiment}: {summarise(plan)}", ""]
    for kind in sorted({address.kind for address in plan.steps}, key=kind_order):
        steps = [step for address, step in sorted(plan.steps.items()) if address.kind == kind]
        lines += _render_kind(steps, full)
    lines += _render_reasons("pending", {address: str(part) for address, part in plan.pending.items()})
    lines += _render_reasons("waits", plan.waiting)
    lines += _render_reasons("unchanged (state unknown)", plan.unknown)
    lines += _render_reasons("not managed by this experiment", plan.foreign)
    if plan.gone:
        lines += [f"  · {len(plan.gone)} gone, to be removed from the state database: {_names(plan.gone)}"]
    return "\n".join(lines)


def summarise(plan: Plan) -> str:
    """``8 deployments to create, 1 domain to update; 2 unknown``"""
    counts: Counter[tuple[Action, str]] = Counter((s.change.action, a.kind) for a, s in plan.steps.items())
    parts = [
        f"{count_kind(count, kind)} to {action}"
        for (action, kind), count in sorted(counts.items(), key=lambda item: (item[0][0], kind_order(item[0][1])))
    ]
    for what, items in (
        ("pending", plan.pending),
        ("waiting", plan.waiting),
        ("unknown", plan.unknown),
        ("not managed by this experiment", plan.foreign),
        ("gone", plan.gone),
    ):
        if items:
            parts.append(f"{len(items)} {what}")
    return ", ".join(parts) or "no changes"


def _render_kind(steps: list[Step[Any]], full: bool) -> Iterator[str]:
    shown = steps if full or len(steps) <= _MANY else steps[: _MANY - 2]
    for step in shown:
        yield from _render_step(step, full)
    if len(shown) < len(steps):
        yield f"  … and {len(steps) - len(shown)} more of kind {steps[0].change.address.kind} (--view full shows all)"


def _render_step(step: Step[Any], full: bool) -> Iterator[str]:
    change = step.change
    where = "" if change.address.kind in HOLDING else f" on {change.resource.endpoint.host}"
    impact = f", {step.impact}" if step.impact is not Impact.LIVE else ""
    yield f"  {SIGNS[change.action]} {change.address.kind} {change.address.name}{where}  ({explain(change)}{impact})"
    if full:
        for command in step.commands:
            yield from (f"      {line}" for line in str(command).splitlines())
    elif change.address.kind in HOLDING:
        yield from (f"      {line}" for command in step.commands for line in str(command).splitlines())


def explain(change: Change[Any]) -> str:
    """Why, in the user's words: the fields that differ for an update, the cause alone otherwise."""
    if change.action is not Action.UPDATE:
        return str(change.cause)
    differing = "; ".join(_render_field(f.field, f.before, f.after) for f in change.fields)
    return f"{change.cause}: {differing}"


def _render_field(name: str, before: object, after: object) -> str:
    if isinstance(before, tuple) and isinstance(after, tuple):
        lost, won = [x for x in before if x not in after], [x for x in after if x not in before]
        parts = [f"-{_value(x)}" for x in lost] + [f"+{_value(x)}" for x in won]
        return f"{name} {' '.join(parts)}" if parts else f"{name} in another order"
    return f"{name} {_value(before)} → {_value(after)}"


def _value(value: object) -> str:
    if is_dataclass(value):
        if type(value).__str__ is not object.__str__:
            return f"[{value}]"
        shown = ((f.name, getattr(value, f.name)) for f in fields(value))
        return "[" + " ".join(f"{n}={_value(v)}" for n, v in shown if v not in ("", None, (), True)) + "]"
    if isinstance(value, tuple):
        return ",".join(_value(item) for item in value)
    return str(value)


def _render_reasons(title: str, reasons: Mapping[Address, str]) -> Iterator[str]:
    by_reason: dict[str, list[Address]] = {}
    for address, reason in sorted(reasons.items()):
        by_reason.setdefault(reason, []).append(address)
    for reason, addresses in by_reason.items():
        yield f"  ? {title}: {_names(addresses)}: {' '.join(reason.split())}"


def _names(addresses: Iterable[Address]) -> str:
    names = sorted(f"{address.kind} {address.name}" for address in addresses)
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


_ORDER = {name: place for place, name in enumerate(KINDS)}


def kind_order(kind: str) -> tuple[int, str]:
    """Sort key: kinds in the order in which they are made, then those that are not listed."""
    return _ORDER.get(kind, len(_ORDER)), kind


def count_kind(count: int, kind: str) -> str:
    """``1 domain``, ``2 domains``"""
    plural = KINDS[kind].plural if kind in KINDS else f"{kind}s"
    return f"{count} {kind if count == 1 else plural}"


# -- data ------------------------------------------------------------------------------------------


def plan_as_data(experiment: str, plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON values; ``resource_changes`` is shaped as policy tools for Terraform read it."""
    return {
        "experiment": experiment,
        "converged": plan.converged,
        "summary": summarise(plan),
        "changes": [_step_as_data(step) for _, step in sorted(plan.steps.items())],
        "gone": [str(address) for address in sorted(plan.gone)],
        "pending": {
            str(address): {"reason": part.reason, "settled_by": part.settled_by}
            for address, part in sorted(plan.pending.items())
        },
        "waiting": {str(address): reason for address, reason in sorted(plan.waiting.items())},
        "unknown": {str(address): reason for address, reason in sorted(plan.unknown.items())},
        "foreign": {str(address): reason for address, reason in sorted(plan.foreign.items())},
        "resource_changes": [
            {
                "address": str(address),
                "type": address.kind,
                "name": address.name,
                "change": {"actions": _actions(step)},
            }
            for address, step in sorted(plan.steps.items())
        ],
    }


def _actions(step: Step[Any]) -> list[str]:
    if step.change.action is Action.UPDATE and step.impact is Impact.REPLACE:
        return ["delete", "create"]
    return _TERRAFORM[step.change.action]


def _step_as_data(step: Step[Any]) -> dict[str, Any]:
    change = step.change
    return {
        "address": str(change.address),
        "action": str(change.action),
        "cause": str(change.cause),
        "impact": str(step.impact),
        "endpoint": str(change.resource.endpoint),
        "needs": [str(need) for need in sorted(change.resource.needs)],
        "before": to_data(change.before),
        "after": to_data(change.after),
        "commands": [str(command) for command in step.commands],
    }


def to_data(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [to_data(item) for item in value]
    return value


def digest(data: Mapping[str, Any]) -> str:
    """Of the canonical JSON text."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def render_markdown(experiment: str, plan: Plan) -> str:
    """For a comment on a merge request."""
    if plan.converged:
        return f"**{experiment}**: {NO_CHANGES}"
    rows = [
        f"| {SIGNS[s.change.action]} | `{a.kind}/{a.name}` | {_cell(explain(s.change))} | {s.impact} |"
        for a, s in sorted(plan.steps.items(), key=lambda item: (kind_order(item[0].kind), item[0]))
    ]
    notes = [f"- pending: `{address}`: {_cell(str(part))}" for address, part in sorted(plan.pending.items())]
    notes += [f"- unknown: `{address}`: {_cell(reason)}" for address, reason in sorted(plan.unknown.items())]
    head = [f"**{experiment}**: {summarise(plan)}", "", "| | resource | why | impact |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, *([""] if notes else []), *notes])


def _cell(text: str) -> str:
    """What a device says stays in its cell, and is no markup."""
    return "".join(f"\\{c}" if c in "|<>`*_[]\\" else c for c in " ".join(text.split()))


def drifted(recorded: Mapping[Address, Resource[Any]], plan: Plan) -> list[Address]:
    """The recorded resources that a plan without edits would repair."""
    causes = (Cause.DRIFT, Cause.LOST)
    return [a for a, step in sorted(plan.steps.items()) if a in recorded and step.change.cause in causes]
