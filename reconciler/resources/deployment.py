"""An image on a node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reconciler.model.resource import Resource
from reconciler.resources.kind import Fencing, Kind, Node, Storage, Use, never_grows, nothing
from reconciler.resources.parts import NODES_DEPLOYED


@dataclass(frozen=True, slots=True)
class Deployment:
    """``node`` is the name the deployer knows (fully qualified); the other three name the image."""

    node: str
    environment: str
    version: int
    owner: str


def _node(resource: Resource[Deployment], states: Iterable[Deployment]) -> Iterator[Use]:
    yield Node(resource.address.name)


KIND = Kind(
    name="deployment",
    plural="deployments",
    spec=Deployment,
    rank=40,
    part=NODES_DEPLOYED,
    verified=False,
    claims=False,  # a node comes with its last user's image
    fencing=Fencing.NEVER,
    holding=None,
    place=_node,
    uses=nothing,
    grows=never_grows,
    takes_carried=True,
    says_of_carrier=None,
    replaced_by_hand=lambda spec, found: replace(spec, environment=f"{found} (by hand)"),
    derive=None,
    storage=Storage((("node", "environment", "version", "owner"),), Deployment, {}),
)
