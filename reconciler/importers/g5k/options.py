"""What the person who imports decides: what is ours to lend, and what may be invented where the tree is silent."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from reconciler.model.errors import ReconcilerError


class BadOption(ReconcilerError):
    """What was asked for does not fit this inventory."""


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
