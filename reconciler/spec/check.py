"""Whether documents make sense together: every question is asked before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.check_addresses import check_addresses
from reconciler.spec.check_cabling import check_cabling
from reconciler.spec.check_drivers import SHIPPED, KnownDrivers, check_drivers
from reconciler.spec.check_environments import check_environments
from reconciler.spec.check_groups import check_groups
from reconciler.spec.check_hosting import check_hosting
from reconciler.spec.check_inventory import check_inventory
from reconciler.spec.check_isolation import check_isolation
from reconciler.spec.check_names import check_names
from reconciler.spec.check_references import check_references
from reconciler.spec.check_spaces import check_spaces
from reconciler.spec.suspects import Suspects

_CHECKS = (
    check_names,
    check_spaces,
    check_inventory,
    check_cabling,
    check_environments,
    check_groups,
    check_hosting,
    check_addresses,
    check_isolation,
)


def check(
    catalogue: Catalogue, suspects: Suspects | None = None, drivers: KnownDrivers = SHIPPED
) -> Iterator[Diagnostic]:
    """Everything wrong with documents that are each well formed.

    ``drivers`` are those that are installed.  A check that needs a document which is not there says nothing: the
    missing reference is its own diagnostic.
    """
    yield from check_references(catalogue, suspects or Suspects())
    yield from check_drivers(catalogue, drivers)
    for part in _CHECKS:
        yield from part(catalogue)
