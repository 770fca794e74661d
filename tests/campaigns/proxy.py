"""A TCP proxy that cuts, resets, stalls, slices and swallows: one port for each device behind it.

What becomes of a connection is decided when it comes, by whoever holds the plan; without a plan nothing happens to it.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TypeAlias

Target: TypeAlias = tuple[str, int]
"""A host and its port, or the path of a Unix socket and nothing."""


class Sort(StrEnum):
    REFUSE = "refuse"  # hang up at once
    CUT = "cut"  # end of file to both
    RESET = "reset"  # RST to both
    STALL = "stall"  # nothing for a while, then go on
    SLICE = "slice"  # everything arrives, in pieces of a few bytes
    SWALLOW = "swallow"  # nothing more arrives at either side, and the device is not told of the end


@dataclass(frozen=True, slots=True)
class Fault:
    """It begins once so many bytes came from the device (``towards_us``), or went to it."""

    sort: Sort
    after_bytes: int = 0
    towards_us: bool = True
    seconds: float = 0.0

    def __str__(self) -> str:
        way = "from" if self.towards_us else "to"
        return f"{self.sort} after {self.after_bytes} bytes {way} it"


Plan: TypeAlias = Callable[[Target], Fault | None]


def draw(chance: Random, seconds: float) -> Fault:
    """Any fault, after 200 to 10,000 bytes: a key exchange is 2,000, and a script and its answer little more."""
    sort, towards_us = chance.choice(list(Sort)), chance.random() < 0.6
    return Fault(sort, int(200 * 50 ** chance.random()), towards_us, chance.uniform(0.1, seconds))


@dataclass(slots=True)
class Proxy:
    """``struck`` are the faults that began, with the device's port."""

    plan: Plan = lambda target: None
    ports: dict[Target, int] = field(default_factory=dict)
    struck: list[tuple[Target, Fault]] = field(default_factory=list)
    connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def listen(self, target: Target) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self.connections.add(task)
            task.add_done_callback(self.connections.discard)
            with suppress(asyncio.CancelledError):  # the proxy ends
                await self._serve(target, reader, writer)

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        self.ports[target] = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.plan(target)
        if fault is not None and fault.sort is Sort.REFUSE:
            self.struck.append((target, fault))
            return _end(writer, reset=True)
        try:
            there, device = await _connect(target)
        except OSError:
            return _end(writer, reset=True)
        both = (writer, device)
        ways = ((reader, device, False), (there, writer, True))
        try:
            async with asyncio.TaskGroup() as group:
                for source, sink, towards_us in ways:
                    mine = fault if fault is not None and fault.towards_us is towards_us else None
                    group.create_task(self._pump(source, sink, target, mine, both))
        except* (OSError, _Over):
            pass
        finally:
            for one in both:
                _end(one, reset=False)

    async def _pump(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        target: Target,
        fault: Fault | None,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        passed = 0
        while data := await source.read(65536):
            if fault is not None and passed + len(data) > fault.after_bytes:
                head = max(0, fault.after_bytes - passed)
                _put(sink, data[:head])
                self.struck.append((target, fault))
                await self._strike(fault, sink, data[head:], source, both)
                fault = None
            else:
                _put(sink, data)
                await sink.drain()
            passed += len(data)
        _put(sink, b"")
        sink.write_eof()

    async def _strike(
        self,
        fault: Fault,
        sink: asyncio.StreamWriter,
        rest: bytes,
        source: asyncio.StreamReader,
        both: tuple[asyncio.StreamWriter, asyncio.StreamWriter],
    ) -> None:
        match fault.sort:
            case Sort.STALL:
                await asyncio.sleep(fault.seconds)
                _put(sink, rest)
            case Sort.SLICE:
                await _slice(sink, rest, source)
            case Sort.SWALLOW:
                for one in both:
                    with suppress(RuntimeError):  # it is paused or over already
                        one.transport.pause_reading()
                await asyncio.sleep(fault.seconds)
                raise _Over
            case _:
                for one in both:
                    _end(one, reset=fault.sort is Sort.RESET)
                raise _Over


def _put(sink: asyncio.StreamWriter, data: bytes) -> None:
    if sink.transport.is_closing():
        raise _Over
    sink.write(data)


class _Over(Exception):
    """No error: the end of a connection that was to end."""


async def _connect(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = target
    return await (asyncio.open_unix_connection(host) if host.startswith("/") else asyncio.open_connection(host, port))


async def _slice(sink: asyncio.StreamWriter, data: bytes, source: asyncio.StreamReader) -> None:
    """Small pieces, to the end of the connection."""
    while data:
        for at in range(0, len(data), 7):
            _put(sink, data[at : at + 7])
            await sink.drain()
            await asyncio.sleep(0)
        data = await source.read(4096)


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    with suppress(OSError, RuntimeError):
        if reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        else:
            writer.close()


@contextmanager
def proxying(targets: Iterable[Target]) -> Iterator[Proxy]:
    """The proxy, up, in a thread of its own; every connection ends with it."""
    proxy, loop = Proxy(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> list[asyncio.Server]:
        return [await proxy.listen(target) for target in targets]

    async def close(servers: list[asyncio.Server]) -> None:
        for server in servers:
            server.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    servers = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(close(servers), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def by_turns(faults: Mapping[int, Fault]) -> Plan:
    """The n-th connection of all gets its fault."""
    count = iter(range(1 << 30))
    return lambda target: faults.get(next(count))
