"""Where two devices know of one thing: what a node says of its image outweighs what the deployer remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Observed, Present, Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Host


def cross_check(
    desired: Mapping[Address, Resource[Any]], observed: Mapping[Address, Observed[Any]]
) -> dict[Address, Observed[Any]]:
    """Correct the deployments whose node answers with another image than the deployer put there.

    A deployer records what it did, not what runs: an image replaced by hand is visible only on the node.
    """
    corrected = dict(observed)
    for address, wanted in desired.items():
        if not isinstance(wanted.spec, Host) or wanted.carrier is None:
            continue
        seen, image = observed.get(address), observed.get(wanted.carrier)
        if (
            isinstance(seen, Present)
            and isinstance(image, Present)
            and isinstance(image.spec, Deployment)
            and seen.spec != wanted.spec
        ):
            corrected[wanted.carrier] = Present(replace(image.spec, environment=f"{seen.spec.fingerprint} (by hand)"))
    return corrected
