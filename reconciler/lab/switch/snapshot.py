"""What of a switch survives a restart of the lab, as JSON text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from reconciler.lab.switch.counters import SwitchCounters
from reconciler.lab.switch.faults import Fault, FaultKind

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``running`` and ``startup`` are ``<config>`` documents."""

    name: str
    running: str
    startup: str
    counters: SwitchCounters
    faults: tuple[Fault, ...]


class _Counters(BaseModel):
    model_config = ConfigDict(extra="forbid")
    sessions: int
    rpcs: int
    edits: int
    commits: int
    confirms: int
    rollbacks: int
    get_configs: int
    by_rpc: tuple[tuple[str, int], ...]


class _Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: FaultKind
    count: int | None
    delay_s: float
    rpc: str | None


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")
    format: int
    name: str
    running: str
    startup: str
    counters: _Counters
    faults: tuple[_Fault, ...]


def render_snapshot(snapshot: Snapshot) -> str:
    return json.dumps({"format": FORMAT, **asdict(snapshot)}, sort_keys=True)


def parse_snapshot(text: str) -> Snapshot:
    """Read it back.

    Raises:
        ValueError: not a snapshot of this format; resetting the lab makes a new one.
    """
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(f"not the saved state of a switch: {error}") from error
    if document.format != FORMAT:
        raise ValueError(f"saved state of a switch in format {document.format}; this version reads {FORMAT}")
    counters = SwitchCounters(**document.counters.model_dump())
    faults = tuple(Fault(fault.kind, fault.count, fault.delay_s, fault.rpc) for fault in document.faults)
    return Snapshot(document.name, document.running, document.startup, counters, faults)
