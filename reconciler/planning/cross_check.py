"""Where two devices know of one thing: what a node says of its image outweighs what the deployer remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.host import Host


def cross_check(
    desired: Mapping[Address, Resource[Any]],
    recorded: Mapping[Address, Resource[Any]],
    observed: Mapping[Address, Observed[Any]],
) -> dict[Address, Observed[Any]]:
    """Correct the deployments whose node answers with another image than the deployer's record says.

    A deployer records what it did, not what runs: an image replaced by hand is visible only on the node.  And a record
    can be lost or old: a node that answers with the image which we recorded and want has it, whatever its deployer
    says; re-imaging it would destroy what runs there for no reason that was observed.
    """
    corrected = dict(observed)
    for address, wanted in desired.items():
        if not isinstance(wanted.spec, Host) or wanted.carrier is None:
            continue
        seen, image = observed.get(address), observed.get(wanted.carrier)
        if _was_made(wanted.carrier, desired, recorded) and _tells(seen, wanted.spec) and _denies(image):
            corrected[wanted.carrier] = Present(desired[wanted.carrier].spec)
            continue
        if (
            isinstance(seen, Present)
            and isinstance(image, Present)
            and isinstance(image.spec, Deployment)
            and seen.spec != wanted.spec
        ):
            corrected[wanted.carrier] = Present(replace(image.spec, environment=f"{seen.spec.fingerprint} (by hand)"))
    return corrected


def _was_made(
    image: Address, desired: Mapping[Address, Resource[Any]], recorded: Mapping[Address, Resource[Any]]
) -> bool:
    ours, wanted = recorded.get(image), desired.get(image)
    return ours is not None and wanted is not None and ours.spec == wanted.spec


def _tells(seen: Observed[Any] | None, wanted: Host) -> bool:
    """The node says that it runs what is wanted; one that is taken with whatever image says nothing."""
    return bool(wanted.fingerprint) and seen == Present(wanted)


def _denies(image: Observed[Any] | None) -> bool:
    return isinstance(image, (Absent, Present))
