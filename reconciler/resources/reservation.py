"""Nodes held by one node group: rows under a constraint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reservation:
    """Nodes held by one node group, by endpoint name (``griffon-12.nancy``), sorted."""

    nodes: tuple[str, ...]
