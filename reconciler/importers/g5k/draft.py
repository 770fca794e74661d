"""One site as the tree tells of it."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.importers.g5k.equipment import Equipment
from reconciler.importers.g5k.nodes import NodeDraft
from reconciler.importers.record import Record


@dataclass(frozen=True, slots=True, eq=False)
class SiteDraft:
    """``record`` is the site's own file; an empty record where it cannot be read."""

    name: str
    record: Record
    nodes: tuple[NodeDraft, ...]
    equipment: tuple[Equipment, ...]
