"""Where two devices know of one thing: what a node says of its image outweighs what the deployer remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.kinds import KINDS


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
        if wanted.carrier is None or address.kind not in _TELLING:
            continue
        seen, image = observed.get(address), observed.get(wanted.carrier)
        says, replaced = KINDS[address.kind].says_of_carrier, KINDS[wanted.carrier.kind].replaced_by_hand
        if says is None or replaced is None:
            continue
        if _was_made(wanted.carrier, desired, recorded) and says(wanted.spec) and seen == Present(wanted.spec):
            if isinstance(image, (Absent, Present)):
                corrected[wanted.carrier] = Present(desired[wanted.carrier].spec)
        elif isinstance(seen, Present) and isinstance(image, Present) and seen.spec != wanted.spec:
            corrected[wanted.carrier] = Present(replaced(image.spec, says(seen.spec)))
    return corrected


_TELLING = frozenset(kind.name for kind in KINDS.values() if kind.says_of_carrier is not None)


def _was_made(
    image: Address, desired: Mapping[Address, Resource[Any]], recorded: Mapping[Address, Resource[Any]]
) -> bool:
    ours, wanted = recorded.get(image), desired.get(image)
    return ours is not None and wanted is not None and ours.spec == wanted.spec
