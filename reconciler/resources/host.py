"""A node that answers with its image: only verified, never made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Host:
    """A node that answers over SSH with the image it should have.

    ``fingerprint`` is the first line of ``fingerprint_file`` on the node; it cannot be set, only observed.
    Both are empty for a node that is taken with whatever image it runs.
    """

    fingerprint_file: str
    fingerprint: str
