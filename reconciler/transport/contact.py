"""How one device is reached over SSH, and which key it must show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Contact:
    """``host_key`` is the pinned public key (``ssh-ed25519 AAAA…``); ``identity_file`` the path of our private key.

    An empty ``host_key`` means that no key is pinned: such a device is never contacted.
    """

    address: str
    port: int
    user: str
    host_key: str
    identity_file: str


Contacts: TypeAlias = Mapping[str, Contact]
"""By endpoint host, ``griffon-12.nancy``."""
