"""A switch behind a real SSH server in a thread, and real ncclient sessions to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import ncclient.transport.session
import pytest
from ncclient import manager

from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.server import SwitchServer, serve

T = TypeVar("T")
HOST = "127.0.0.71"
PORTS = [f"Ethernet{number}" for number in range(1, 9)]


class Running:
    """A served switch; ``call`` runs in its event loop, where the device lives."""

    def __init__(self, device: SwitchDevice, directory: Path) -> None:
        self.device = device
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="switch")
        self._thread.start()
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        user_key = asyncssh.generate_private_key("ssh-ed25519")
        self._key_file = directory / "user_key"
        user_key.write_private_key(str(self._key_file))
        self._host_key = host_key.export_public_key().decode().split()[1]
        authorized = user_key.export_public_key().decode()
        self._server: SwitchServer = self.wait(serve(device, HOST, 0, host_key, authorized))
        self._sessions: list[Any] = []

    @property
    def port(self) -> int:
        return self._server.port

    def wait(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def call(self, function: Callable[[], T]) -> T:
        done: Future[T] = Future()

        def run() -> None:
            try:
                done.set_result(function())
            except Exception as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(10)

    def connect(self, *, timeout: float = 10, **options: Any) -> Any:
        session = manager.connect(
            host=HOST,
            port=self.port,
            username="tester",
            key_filename=str(self._key_file),
            hostkey_b64=options.pop("hostkey_b64", self._host_key),
            allow_agent=False,
            look_for_keys=False,
            timeout=timeout,
            **options,
        )
        self._sessions.append(session)
        return session

    def stop(self) -> None:
        for session in self._sessions:
            session._session.close()
        self.call(self._server.close)
        self.wait(self._server.wait_closed())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture(autouse=True)
def _quick_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ncclient.transport.session, "TICK", 0.002)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    running: list[Running] = []

    def run(device: SwitchDevice | None = None) -> Running:
        running.append(Running(device or SwitchDevice("sw-1", PORTS, latency_s=(0, 0)), tmp_path))
        return running[-1]

    yield run
    for switch in running:
        switch.stop()


@pytest.fixture
def switch(start: Callable[..., Running]) -> Running:
    return start()
