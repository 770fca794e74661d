"""Acquisitions for drivers' tests: ours, an earlier and a later one of the same database, and one of another."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.fence import Fence

LINEAGE = "1c9f04d27be14c4e9b6dd3a5c0de5a10"
FENCE = Fence(7, LINEAGE)
EARLIER, LATER = replace(FENCE, epoch=6), replace(FENCE, epoch=12)
STRANGER = Fence(7, "77aa00ee77aa00ee77aa00ee77aa00ee")


def behind_barrier(fence: Fence = FENCE) -> Fence:
    return replace(fence, barrier=True)
