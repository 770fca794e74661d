"""A bridge on a host, for one VLAN."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.resource import Resource
from reconciler.resources.kind import Fencing, Kind, Number, Storage, Use, never_grows, on_node, site_pool
from reconciler.resources.parts import NETWORK_CONFIGURED


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge on a host that joins the domUs of one VLAN to the host's trunk port: ``uplink`` tagged with ``vlan``."""

    name: str
    uplink: str
    vlan: int


def _uses(resource: Resource[Bridge], state: Bridge) -> Iterator[Use]:
    yield Number(site_pool(resource.endpoint), state.vlan)


KIND = Kind(
    name="bridge",
    plural="bridges",
    spec=Bridge,
    rank=70,
    part=NETWORK_CONFIGURED,
    verified=False,
    claims=True,
    fencing=Fencing.ALWAYS,
    holding=None,
    place=on_node,
    uses=_uses,
    grows=never_grows,
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("name", "uplink", "vlan"),), Bridge, {}),
)
