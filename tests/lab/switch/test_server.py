"""The wire itself, byte by byte: a bare SSH client against the switch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncssh
import pytest
from lxml import etree

from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.framing import Framer, frame
from reconciler.lab.switch.server import SwitchServer, serve
from tests.lab.switch.payloads import NETCONF, SPACES, access, config, port

HOST = "127.0.0.72"
BASE_1_0 = "urn:ietf:params:netconf:base:1.0"
BASE_1_1 = "urn:ietf:params:netconf:base:1.1"
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")
GET = "<get-config><source><running/></source></get-config>"


def hello(*capabilities: str, more: str = "") -> bytes:
    listed = "".join(f"<capability>{capability}</capability>" for capability in capabilities)
    return f'<hello xmlns="{NETCONF}"><capabilities>{listed}</capabilities>{more}</hello>'.encode()


def rpc(operation: str, attributes: str = 'message-id="1"') -> bytes:
    return f'<rpc xmlns="{NETCONF}" {attributes}>{operation}</rpc>'.encode()


@dataclass
class Wire:
    process: asyncssh.SSHClientProcess[bytes]
    framer: Framer
    chunked: bool = False

    async def receive(self) -> bytes | None:
        while (message := self.framer.next_message()) is None:
            data = await asyncio.wait_for(self.process.stdout.read(65536), 5)
            if not data:
                return None
            self.framer.feed(data)
        return message

    def send(self, message: bytes) -> None:
        self.process.stdin.write(frame(message, chunked=self.chunked))

    async def ask(self, message: bytes) -> etree._Element:
        self.send(message)
        reply = await self.receive()
        assert reply is not None
        return etree.fromstring(reply)

    async def greet(self, *capabilities: str) -> None:
        assert await self.receive() is not None
        self.send(hello(*capabilities))
        if BASE_1_1 in capabilities:
            self.chunked = True
            self.framer.use_chunks()


@asynccontextmanager
async def served(device: SwitchDevice) -> AsyncIterator[SwitchServer]:
    server = await serve(device, HOST, 0, HOST_KEY, USER_KEY.export_public_key().decode())
    try:
        yield server
    finally:
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)


@asynccontextmanager
async def connected(
    server: SwitchServer, key: asyncssh.SSHKey = USER_KEY
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    known = asyncssh.import_known_hosts(f"[{HOST}]:{server.port} {HOST_KEY.export_public_key().decode()}")
    options = {"known_hosts": known, "client_keys": [key], "agent_path": None, "config": None}
    async with asyncssh.connect(HOST, server.port, username="u", **options) as connection:
        yield connection


@asynccontextmanager
async def wired(server: SwitchServer) -> AsyncIterator[Wire]:
    async with connected(server) as connection:
        process = await connection.create_process(subsystem="netconf", encoding=None)
        yield Wire(process, Framer())


def device(**options: Any) -> SwitchDevice:
    return SwitchDevice("sw-1", ["Ethernet1"], latency_s=(0, 0), **options)


def on_wire(scenario: Callable[[Wire, SwitchDevice], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        switch = device()
        async with served(switch) as server, wired(server) as wire:
            await scenario(wire, switch)

    asyncio.run(run())


def tag_of(reply: etree._Element) -> str | None:
    return reply.findtext("nc:rpc-error/nc:error-tag", None, SPACES)


@pytest.mark.parametrize("capabilities", [(BASE_1_0,), (BASE_1_1,), (BASE_1_0, BASE_1_1)])
def test_both_framings_are_spoken(capabilities: tuple[str, ...]) -> None:
    async def scenario(wire: Wire, _: SwitchDevice) -> None:
        await wire.greet(*capabilities)
        assert (await wire.ask(rpc(GET))).find("nc:data", SPACES) is not None

    on_wire(scenario)


def test_all_attributes_of_a_request_come_back() -> None:
    async def scenario(wire: Wire, _: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        reply = await wire.ask(rpc(GET, 'message-id="a&amp;b" xmlns:e="urn:e" e:mark="7"'))
        assert dict(reply.attrib) == {"message-id": "a&b", "{urn:e}mark": "7"}
        assert reply.nsmap["e"] == "urn:e"

    on_wire(scenario)


@pytest.mark.parametrize(
    ("message", "tag"),
    [
        (rpc(GET, ""), "missing-attribute"),
        (rpc(""), "malformed-message"),
        (rpc(GET + GET), "malformed-message"),
        (rpc(GET).replace(b"rpc", b"cpr"), "operation-not-supported"),
    ],
)
def test_a_wrong_envelope_is_refused_and_the_session_goes_on(message: bytes, tag: str) -> None:
    async def scenario(wire: Wire, _: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        assert tag_of(await wire.ask(message)) == tag
        assert tag_of(await wire.ask(rpc(GET))) is None

    on_wire(scenario)


@pytest.mark.parametrize(
    "message",
    [
        b"<rpc",
        b"not xml",
        b'<!DOCTYPE rpc [<!ENTITY a "aa">]>' + rpc("<get/>"),
        b'<!DOCTYPE rpc SYSTEM "file:///etc/passwd">' + rpc("<get/>"),
    ],
)
def test_what_is_not_plain_xml_ends_the_session(message: bytes) -> None:
    async def scenario(wire: Wire, switch: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        assert tag_of(await wire.ask(message)) == "malformed-message"
        assert await wire.receive() is None
        assert switch.roster.ids == frozenset()

    on_wire(scenario)


@pytest.mark.parametrize(
    "greeting",
    [rpc(GET), hello("urn:something-else"), hello(BASE_1_1, more="<session-id>4</session-id>"), b"<!DOCTYPE a><a/>"],
)
def test_a_bad_greeting_ends_the_session_without_a_word(greeting: bytes) -> None:
    async def scenario(wire: Wire, switch: SwitchDevice) -> None:
        assert await wire.receive() is not None
        wire.send(greeting)
        assert await wire.receive() is None
        assert switch.roster.ids == frozenset()

    on_wire(scenario)


def test_broken_chunks_end_the_session() -> None:
    async def scenario(wire: Wire, switch: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        wire.process.stdin.write(b"\n#99999999999\n")
        assert await wire.receive() is None
        assert switch.roster.ids == frozenset()

    on_wire(scenario)


def test_requests_sent_together_are_answered_in_order() -> None:
    async def scenario(wire: Wire, _: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        for number in range(5):
            wire.send(rpc(GET, f'message-id="{number}"'))
        replies = [await wire.receive() for _ in range(5)]
        assert [etree.fromstring(reply or b"").get("message-id") for reply in replies] == ["0", "1", "2", "3", "4"]

    on_wire(scenario)


def test_an_edit_with_an_entity_in_it_is_not_expanded() -> None:
    async def scenario(wire: Wire, switch: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        edit = (
            f"<edit-config><target><candidate/></target>{config(port('Ethernet1', modes=access('&a;')))}</edit-config>"
        )
        assert tag_of(await wire.ask(rpc(edit))) == "malformed-message"
        assert not switch.stores.candidate_modified

    on_wire(scenario)


def test_a_flood_has_no_end_the_client_will_live_to_see() -> None:
    async def scenario(wire: Wire, switch: SwitchDevice) -> None:
        await wire.greet(BASE_1_1)
        switch.break_("flood")
        wire.send(rpc(GET))
        received = 0
        while received < 2_000_000:
            received += len(await wire.process.stdout.read(65536))
        wire.process.close()

    on_wire(scenario)


def test_a_silent_switch_does_not_even_greet() -> None:
    async def run() -> None:
        switch = device()
        switch.break_("silent", count=None)
        async with served(switch) as server, wired(server) as wire:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(wire.process.stdout.read(1), 0.3)

    asyncio.run(run())


def test_a_stranger_is_not_let_in() -> None:
    async def run() -> None:
        async with served(device()) as server:
            with pytest.raises(asyncssh.PermissionDenied):
                async with connected(server, asyncssh.generate_private_key("ssh-ed25519")):
                    pass

    asyncio.run(run())


@pytest.mark.parametrize("request_", [{"subsystem": "snmp"}, {"command": "show run"}, {}])
def test_netconf_is_all_there_is(request_: dict[str, str]) -> None:
    async def run() -> None:
        async with served(device()) as server, connected(server) as connection:
            process = await connection.create_process(encoding=None, **request_)
            result = await asyncio.wait_for(process.wait(), 5)
            assert result.exit_status == 1
            assert result.stdout == b""

    asyncio.run(run())


def test_a_closed_server_leaves_nothing_running() -> None:
    async def run() -> None:
        switch = device()
        async with served(switch) as server, wired(server) as wire:
            await wire.greet(BASE_1_1)
            edit = (
                f"<edit-config><target><candidate/></target>{config(port('Ethernet1', modes=access(5)))}</edit-config>"
            )
            await wire.ask(rpc(edit))
            await wire.ask(rpc("<commit><confirmed/></commit>"))
            assert switch.port_states()["Ethernet1"].untagged == 5
        assert switch.roster.ids == frozenset()
        assert switch.port_states()["Ethernet1"].untagged == 1
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []

    asyncio.run(run())
