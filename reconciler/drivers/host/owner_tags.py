"""The text of an owner's mark on a domain, wherever its hypervisor keeps it.  Pure."""

from __future__ import annotations

import re
from typing import TypeAlias

from reconciler.drivers.host.validation import quote
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Refused

Owner: TypeAlias = tuple[str, str]
"""Site and experiment."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")


def owner_at(endpoint: Endpoint, address: Address) -> Owner:
    """Who is marked as the owner of what ``address`` names on this host."""
    return endpoint.host.rpartition(".")[2], address.experiment


def render_tag(owner: Owner, uuid: str) -> str:
    """The mark but for its epoch, which follows a colon: that of the run that sends it."""
    for part in owner:
        if not _PLAIN.match(part):
            raise Refused(f"{quote(part)} cannot be part of a mark on a domain")
    return f"xr:v1:{owner[0]}:{owner[1]}:{uuid[:8]}"


def is_of(mark: str, owner: Owner) -> bool:
    parts = mark.split(":")
    return len(parts) == 6 and parts[:2] == ["xr", "v1"] and (parts[2], parts[3]) == owner
