"""What is never agreed on with an SSH peer: paramiko 5.1 still offers these; who has nothing better is refused."""

from __future__ import annotations

from typing import Final

WEAK: Final[dict[str, list[str]]] = {
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96"],
    "ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
}
"""In the form of paramiko's ``disabled_algorithms``."""
