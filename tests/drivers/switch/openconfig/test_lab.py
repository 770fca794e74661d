"""The driver against the lab's switch, over SSH: the same suite that real servers pass."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.server import SwitchServer, serve
from reconciler.transport.contact import Contact
from tests.drivers.switch.openconfig.conformance import PORTS, PRODUCTION, Conformance, Site

ADDRESS = "127.0.0.72"


class TestLab(Conformance):
    @pytest.fixture
    def site(self, tmp_path: Path) -> Iterator[Site]:
        host_key, user_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
        user_key.write_private_key(tmp_path / "id")
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        server = asyncio.run_coroutine_threadsafe(_start(host_key, user_key), loop).result(10)
        pinned = " ".join(host_key.export_public_key().decode().split()[:2])
        try:
            yield Site(Contact(ADDRESS, server.port, "admin", pinned, str(tmp_path / "id")))
        finally:
            asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()


async def _start(host_key: asyncssh.SSHKey, user_key: asyncssh.SSHKey) -> SwitchServer:
    device = SwitchDevice("sw-1", PORTS, production=PRODUCTION, latency_s=(0, 0))
    return await serve(device, ADDRESS, 0, host_key, user_key.export_public_key().decode())


async def _stop(server: SwitchServer) -> None:
    server.close()
    await server.wait_closed()
