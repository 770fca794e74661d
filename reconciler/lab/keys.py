"""The lab's SSH keys: made once, one for each device and one for its users."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import asyncssh

from reconciler.lab.addresses import Device, Kind

CLIENT = "client"


def complete_keys(keys: Mapping[str, str], devices: Collection[Device]) -> Mapping[str, str]:
    """Keys for all ``devices`` and the client, those of ``keys`` kept; keys of others fall away."""
    names = [CLIENT, *sorted(str(device) for device in devices if device.kind is not Kind.DEPLOYER)]
    return {name: keys.get(name) or _make() for name in names}


def read_key(text: str) -> asyncssh.SSHKey:
    return asyncssh.import_private_key(text)


def public_line(key: asyncssh.SSHKey) -> str:
    """``ssh-ed25519 AAAA…`` without a comment, as Site documents write it."""
    algorithm, data, *_ = key.export_public_key().decode().split()
    return f"{algorithm} {data}"


def _make() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
