"""The oldest libraries that we let near a device, checked as they are loaded: below, a known hole is open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from reconciler.model.errors import Refused

OLDEST: Final[Mapping[str, tuple[int, ...]]] = {
    "lxml": (6, 1, 0),  # before it, a hostile reply makes us open local files
    "paramiko": (5, 1),  # before it, DSA keys and key exchanges by SHA-1 are offered
    "ncclient": (0, 7, 1),
    "httpcore2": (2, 16),
    "psycopg": (3, 3),
}
"""As in ``pyproject.toml``, which only an installer reads."""

EXACT: Final = frozenset({"ncclient"})
"""We replace parts of its insides: only the version that we looked into will do."""


def require(library: str, version: str) -> None:
    """Refuse a library that is not fit to meet a device.

    Raises:
        Refused: it is older than the oldest that we trust, or of a version whose insides we do not know.
    """
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    oldest = OLDEST[library]
    wanted = ".".join(map(str, oldest))
    if numbers < oldest:
        raise Refused(f"{library} {version} is older than {wanted}, which closes known holes; upgrade it")
    if library in EXACT and numbers != oldest:
        raise Refused(f"{library} {version} is not {wanted}, the one version whose insides we know; install that one")
