"""What happened, as values; the command line prints them, the store and ``--events`` keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Event:
    """``type`` is one of the published types (``action_started``, ``run_summary``, …); ``fields`` are plain JSON."""

    type: str
    message: str
    level: Level = Level.INFO
    fields: Mapping[str, object] = field(default_factory=dict)
