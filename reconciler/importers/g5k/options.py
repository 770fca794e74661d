"""What the person who imports decides: what is ours to lend, and what may be invented where the tree is silent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from reconciler.importers.g5k.values import DEVICE, NAME, fits
from reconciler.model.errors import ReconcilerError
from reconciler.spec.scalars import parse_vlan_ids


class BadOption(ReconcilerError):
    """What was asked for does not fit this inventory."""


_BRIDGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,14}\Z")


@dataclass(frozen=True, slots=True)
class Options:
    """``sites`` are all of them when empty.  Nothing is invented unless ``wan`` or ``uplinks`` asks for it.

    ``leases`` are the ranges this tool gives addresses from.  None given: on the lab (``real`` is False) the three
    quarters of each space that are not DHCP's, since nobody else lends there; on real devices nothing.
    ``wan`` names the backbone that joins the sites, ``s_vlans`` the ids lent on it.
    ``uplinks`` names the switch that those which the tree leaves apart are cabled to.
    ``bridge`` is the host bridge of experiment interfaces, where the inventory names none.
    """

    sites: tuple[str, ...] = ()
    leases: tuple[IPv4Network, ...] = ()
    real: bool = False
    wan: str | None = None
    s_vlans: str = "1000-1099"
    uplinks: str | None = None
    bridge: str | None = None


def check_options(options: Options) -> None:
    """Refuse names and ids that could not stand in a document.

    Raises:
        BadOption: naming the option.
    """
    if options.wan is not None and not fits(NAME, options.wan):
        raise BadOption(f"--wan {options.wan!r} is no name; write it as renater")
    if options.uplinks is not None and not fits(DEVICE, options.uplinks):
        raise BadOption(f"--uplinks {options.uplinks!r} is no switch name; write it as gw")
    if options.bridge is not None and not _BRIDGE.match(options.bridge):
        raise BadOption(f"--bridge {options.bridge!r} is no name of a bridge; write it as xenbr0")
    try:
        parse_vlan_ids(options.s_vlans)
    except ValueError as error:
        raise BadOption(f"--s-vlans {options.s_vlans!r}: {error}") from None
    for lease in options.leases:
        if any(lease is not other and lease.overlaps(other) for other in options.leases):
            raise BadOption(f"--lease {lease} overlaps another")
