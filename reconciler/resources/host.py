"""A node that answers with its image: only verified, never made."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.resources.kind import Fencing, Kind, Storage, never_grows, nothing, on_node
from reconciler.resources.parts import NODES_DEPLOYED


@dataclass(frozen=True, slots=True)
class Host:
    """A node that answers over SSH with the image it should have.

    ``fingerprint`` is the first line of ``fingerprint_file`` on the node; it cannot be set, only observed.
    Both are empty for a node that is taken with whatever image it runs.
    """

    fingerprint_file: str
    fingerprint: str


KIND = Kind(
    name="host",
    plural="hosts",
    spec=Host,
    rank=60,
    part=NODES_DEPLOYED,
    verified=True,
    claims=False,
    fencing=Fencing.ALWAYS,
    holding=None,
    place=on_node,
    uses=nothing,
    grows=never_grows,
    takes_carried=False,
    says_of_carrier=lambda spec: spec.fingerprint,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("fingerprint_file", "fingerprint"),), Host, {}),
)
