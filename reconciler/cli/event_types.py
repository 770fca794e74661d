"""The published types of events, what each means and what it carries; and the JSON Schema that follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reconciler.model.event import Level

_ADDRESS = "the resource: `kind/experiment/name`"
_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
_COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
_FLAG: Mapping[str, Any] = {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Carried:
    """A field of a type of event.  ``always``: every event of the type has it."""

    schema: Mapping[str, Any]
    meaning: str
    always: bool = True


@dataclass(frozen=True, slots=True)
class EventType:
    meaning: str
    fields: Mapping[str, Carried] = field(default_factory=dict)


_ADDRESSED = Carried(_TEXT, _ADDRESS)
TYPES: Mapping[str, EventType] = MappingProxyType(
    {
        "version": EventType(
            "always first",
            {"tool": Carried(_TEXT, "version of the program"), "schema": Carried(_TEXT, "version of the stream")},
        ),
        "run_started": EventType(
            "the run has its lock and begins", {"experiment": Carried(_TEXT, "the experiment it is about")}
        ),
        "plan_summary": EventType(
            "a pass has looked and decided",
            {"pass": Carried(_COUNT, "number of the pass, from 1"), "steps": Carried(_COUNT, "steps it will take")},
        ),
        "drift_detected": EventType("a resource drifted", {"address": _ADDRESSED}),
        "action_planned": EventType(
            "a step of the plan of this pass",
            {
                "address": _ADDRESSED,
                "action": Carried({"enum": ["create", "update", "delete"]}, "what is to become of it"),
            },
        ),
        "action_started": EventType(
            "a step is about to be sent to its device",
            {"address": _ADDRESSED, "endpoint": Carried(_TEXT, "the device: `driver@host`")},
        ),
        "action_progress": EventType(
            "the device has taken the work and is busy with it",
            {
                "address": _ADDRESSED,
                "retryInS": Carried({"type": "number", "minimum": 0}, "seconds until it is looked at again"),
            },
        ),
        "action_succeeded": EventType("the device did it", {"address": _ADDRESSED}),
        "action_failed": EventType(
            "the device did not do it",
            {"address": _ADDRESSED, "unsure": Carried(_FLAG, "whether it may have been done all the same")},
        ),
        "action_skipped": EventType(
            "a step was never sent",
            {
                "address": _ADDRESSED,
                "because": Carried(
                    {"type": "array", "items": _TEXT}, "steps it needed that did not succeed; none when the run stopped"
                ),
            },
        ),
        "run_interrupted": EventType("a signal asked the run to stop; what was under way was finished"),
        "run_summary": EventType(
            "always last, however the run ends",
            {
                "exitCode": Carried(_COUNT, "the exit code"),
                "converged": Carried(_FLAG, "whether the observed state matches the desired state", always=False),
                "changes": Carried(_COUNT, "changes made", always=False),
            },
        ),
    }
)

ENVELOPE: Mapping[str, Carried] = MappingProxyType(
    {
        "v": Carried({"type": "string", "pattern": r"^1\.[0-9]+$"}, "version of the stream"),
        "seq": Carried({"type": "integer", "minimum": 1}, "number of the event in its run, from 1, without gaps"),
        "ts": Carried({"type": "string", "format": "date-time", "pattern": "Z$"}, "when, in UTC"),
        "run": Carried(_TEXT, "the run"),
        "type": Carried({"enum": list(TYPES)}, "what happened"),
        "level": Carried({"enum": [str(level) for level in Level]}, "how bad it is"),
        "msg": Carried({"type": "string"}, "the same for people; control characters are escaped"),
    }
)


def render_event_schema() -> str:
    """The text of ``schemas/event.schema.json``: one line of the stream.

    Fields that are not listed are allowed: a later 1.x may add some, and a reader must pass over them.
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:reconciler:v1alpha1:event",
        "title": "Event",
        "description": "One line of `--events`.",
        "type": "object",
        "required": list(ENVELOPE),
        "properties": _properties(ENVELOPE),
        "oneOf": [_variant(name, found) for name, found in TYPES.items()],
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _variant(name: str, found: EventType) -> dict[str, Any]:
    return {
        "description": found.meaning,
        "required": [key for key, carried in found.fields.items() if carried.always],
        "properties": {"type": {"const": name}, **_properties(found.fields)},
    }


def _properties(fields: Mapping[str, Carried]) -> dict[str, Any]:
    return {key: {**carried.schema, "description": carried.meaning} for key, carried in fields.items()}
