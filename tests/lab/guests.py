"""Makes guests on the lab's hosts the way a driver would: a script over SSH."""

from __future__ import annotations

import asyncio

import asyncssh

from reconciler.lab.persistence import Folder


def create_guest(
    folder: Folder, endpoint: str, name: str, number: int, *, bridge: str = "xenbr0", identity: str | None = None
) -> None:
    """A guest with MAC 00:16:3e:00:00:<number> on ``bridge``."""
    config = "\n".join(
        [
            f'name = "{name}"',
            f'uuid = "00000000-0000-4000-8000-{number:012d}"',
            'kernel = "/var/lib/xen/images/vmlinux"',
            "memory = 128",
            f'vif = ["mac=00:16:3e:00:00:{number:02x},bridge={bridge}"]',
        ]
    )
    script = f"cat > /run/x.cfg <<'XR_END'\n{config}\nXR_END\nxl create /run/x.cfg && rm -f /run/x.cfg\n"
    run_script(folder, endpoint, script, identity)


def run_script(folder: Folder, endpoint: str, script: str, identity: str | None = None) -> str:
    """The output of a script on that host; an exit status other than 0 fails the test."""
    return asyncio.run(_run(folder, endpoint, script, identity or folder.identity.read_text()))


async def _run(folder: Folder, endpoint: str, script: str, identity: str) -> str:
    (contact,) = (contact for contact in folder.read_contacts() if contact.endpoint == endpoint)
    pinned = asyncssh.import_known_hosts(f"[{contact.address}]:{contact.port} {contact.host_key}\n")
    key = asyncssh.import_private_key(identity)
    async with asyncssh.connect(
        contact.address,
        contact.port,
        username=contact.user,
        client_keys=[key],
        known_hosts=pinned,
        agent_path=None,
        config=None,
    ) as connection:
        done = await connection.run("/bin/sh -s", input=script, check=True, timeout=10)
        return str(done.stdout)
