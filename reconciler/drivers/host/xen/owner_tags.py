"""The owner's mark on a domain: a key beside its others in xenstore, gone with it.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from reconciler.drivers.host.xen.validation import quote
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Refused

LIST = "xenstore-ls -f /vm"

Owner: TypeAlias = tuple[str, str]
"""Site and experiment."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")
_ENTRY = re.compile(r'/vm/(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/reconciler = "(?P<mark>.*)"\Z')


def mark_path(uuid: str) -> str:
    return f"/vm/{uuid}/reconciler"


def owner_at(endpoint: Endpoint, address: Address) -> Owner:
    """Who is marked as the owner of what ``address`` names on this host."""
    return endpoint.host.rpartition(".")[2], address.experiment


def render_tag(owner: Owner, uuid: str) -> str:
    """The mark but for its epoch."""
    for part in owner:
        if not _PLAIN.match(part):
            raise Refused(f"{quote(part)} cannot be part of a mark on a domain")
    return f"xr:v1:{owner[0]}:{owner[1]}:{uuid[:8]}"


def parse_marks(text: str) -> Mapping[str, str]:
    """Read ``xenstore-ls -f /vm``: marks by domain uuid.  A domain without one is not in it."""
    matches = (_ENTRY.match(line) for line in text.splitlines())
    return {match["uuid"]: match["mark"] for match in matches if match}


def is_of(mark: str, owner: Owner) -> bool:
    parts = mark.split(":")
    return len(parts) == 6 and parts[:2] == ["xr", "v1"] and (parts[2], parts[3]) == owner
