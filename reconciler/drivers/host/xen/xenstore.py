"""The owner's mark on a domain: a key beside its others in xenstore, gone with it.  Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

LIST = "xenstore-ls -f /vm"

_ENTRY = re.compile(r'/vm/(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/reconciler = "(?P<mark>.*)"\Z')


def mark_path(uuid: str) -> str:
    return f"/vm/{uuid}/reconciler"


def parse_marks(text: str) -> Mapping[str, str]:
    """Read ``xenstore-ls -f /vm``: marks by domain uuid.  A domain without one is not in it."""
    matches = (_ENTRY.match(line) for line in text.splitlines())
    return {match["uuid"]: match["mark"] for match in matches if match}
