"""The lab's nodes and deployers, served over real connections, and the drivers that meet them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncssh

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.drivers.image.kadeploy.deployer import Deployer
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.environment import make_environment
from reconciler.lab.deployer.server import serve as serve_deployer
from reconciler.lab.host.host import LabHost
from reconciler.lab.host.image import make_image
from reconciler.lab.host.server import serve as serve_host
from reconciler.model.address import Endpoint
from reconciler.transport.contact import Contact
from reconciler.transport.http import HttpClient
from reconciler.transport.ssh import SshPool

HOST = Endpoint("xen", "x1.lille")
SITE = Endpoint("kadeploy", "lille")
NODE = "chicon-1.lille.grid5000.fr"

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own, for the servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        async def later() -> T:
            return await make()

        return asyncio.run_coroutine_threadsafe(later(), self._loop).result(20)

    def call(self, work: Callable[[], T]) -> T:
        async def later() -> T:
            return work()

        return self.run(later)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@contextmanager
def lab_host(loop: Loop, folder: Path, **settings: Any) -> Iterator[tuple[HostDriver, LabHost]]:
    client, key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    client.write_private_key(str(folder / "id"))
    authorized = asyncssh.import_authorized_keys(client.export_public_key().decode())
    nics = (("eth0", "52:54:00:77:01:01", None), ("eth1", "52:54:00:77:02:01", None))
    image = make_image("debian-xen", 1, xen=True)
    made = LabHost("x1", memory_mib=4096, cores=4, hvm=False, interfaces=nics, image=image, **{"pace": 0.0, **settings})
    server = loop.run(lambda: serve_host(made, "127.0.0.1", 0, key, authorized))
    public = key.export_public_key().decode().strip()
    contact = Contact("127.0.0.1", server.get_port(), "root", public, str(folder / "id"))
    pool = SshPool({HOST.host: contact})
    try:
        yield HostDriver(pool, XEN), made
    finally:
        pool.close()
        loop.call(server.close)
        loop.run(server.wait_closed)


@contextmanager
def lab_deployer(loop: Loop) -> Iterator[tuple[KadeployDriver, LabDeployer]]:
    environments = [make_environment("debian-xen", 1, xen=True), make_environment("debian-min", 1, xen=False)]
    made = LabDeployer("lille", {"chicon": (NODE,)}, environments, pace=0.02, granted=("root",))
    server = loop.run(lambda: serve_deployer(made, "127.0.0.1", 0))
    http = HttpClient()
    url = f"http://127.0.0.1:{server.port}"
    try:
        yield KadeployDriver({SITE.host: Deployer(url)}, http, patience_s=10), made
    finally:
        http.close()
        loop.call(made.forget)
        loop.call(server.close)
        loop.run(server.wait_closed)
