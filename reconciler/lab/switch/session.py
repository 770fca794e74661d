"""One NETCONF session on the switch: hello, then one request after the other, misbehaving when told to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncssh
from lxml import etree

from reconciler.lab.switch.channel import Channel
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.faults import Fault, FaultKind
from reconciler.lab.switch.framing import FramingError
from reconciler.lab.switch.hello import BadHello, build_hello, read_hello
from reconciler.lab.switch.names import local, netconf, vlan
from reconciler.lab.switch.operations import Reply
from reconciler.lab.switch.roster import SwitchLink
from reconciler.lab.switch.rpc_error import RpcError, RpcFailure, refusal, render_error
from reconciler.lab.switch.wire import Malformed, build_reply

HELLO_DEADLINE_S = 30.0
FLOOD_BYTES = 64 * 1024 * 1024
_HIDDEN_LEAVES = (vlan("trunk-vlans"), vlan("access-vlan"))


class _Ended(Exception):
    """The session is over."""


_OVER = (
    *(_Ended, FramingError, Malformed, BadHello, OSError, TimeoutError),
    *(asyncssh.Error, asyncssh.BreakReceived, asyncssh.SignalReceived, asyncssh.TerminalSizeChanged),
)


class SwitchSession:
    """``hang_up`` cuts the connection under the channel, at once."""

    def __init__(self, device: SwitchDevice, user: str, channel: Channel, hang_up: Callable[[], None]) -> None:
        self._device = device
        self._user = user
        self._channel = channel
        self._hang_up = hang_up
        self._id = 0
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until either side ends it.  What it held is released and undone whatever the reason."""
        self._task = asyncio.current_task()
        try:
            await self._run()
        except _OVER:
            pass  # nothing can be told to a peer that broke the protocol or has gone
        finally:
            self._device.end_session(self._id)
            self._channel.close()

    async def _run(self) -> None:
        given = self._device.open_session(SwitchLink(self._user, self._cut, self._channel.post))
        if given is None:
            raise _Ended  # the switch carries no more sessions
        self._id = given
        await self._greet()
        while (message := await self._receive()) is not None:
            await self._serve(message)

    async def _greet(self) -> None:
        fault = self._device.faults.take("hello")
        if fault is not None and fault.kind is FaultKind.SILENT:
            await self._channel.wait_for_close()
            raise _Ended
        if fault is not None:
            await asyncio.sleep(fault.delay_s)
        await self._channel.send(build_hello(self._id))
        async with asyncio.timeout(HELLO_DEADLINE_S):
            hello = await self._channel.receive()
        if hello is None:
            raise _Ended
        if read_hello(hello):
            self._channel.use_chunks()

    async def _receive(self) -> etree._Element | None:
        try:
            return await self._channel.receive()
        except Malformed as error:
            problem = RpcError("malformed-message", str(error), "rpc")
            await self._channel.send(build_reply({}, {}, [render_error(problem)]))
            raise

    async def _serve(self, message: etree._Element) -> None:
        name = local(str(message[0].tag)) if len(message) else ""
        self._device.count_rpc(name)
        await asyncio.sleep(self._device.next_latency_s())
        fault = self._device.faults.take(name)
        if fault is None:
            await self._answer(message)
        else:
            await self._misbehave(message, fault)

    async def _answer(self, message: etree._Element) -> None:
        try:
            reply = self._perform(message)
        except RpcFailure as failure:
            await self._send_reply(message, [render_error(error) for error in failure.errors])
            return
        await self._send_reply(message, [] if reply.data is None else [reply.data])
        if reply.closes:
            raise _Ended

    def _perform(self, message: etree._Element) -> Reply:
        if message.tag != netconf("rpc"):
            raise refusal("operation-not-supported", f"{local(str(message.tag))} is no rpc", "rpc")
        if message.get("message-id") is None:
            info = {"bad_attribute": "message-id", "bad_element": "rpc"}
            raise refusal("missing-attribute", "an rpc carries a message-id", "rpc", **info)
        if len(message) != 1:
            raise refusal("malformed-message", f"an rpc asks for one operation, not {len(message)}", "rpc")
        return self._device.perform(self._id, message[0])

    async def _send_reply(self, message: etree._Element, content: list[etree._Element]) -> None:
        attributes = {str(name): str(value) for name, value in message.attrib.items()}
        await self._channel.send(build_reply(attributes, message.nsmap, content))

    async def _misbehave(self, message: etree._Element, fault: Fault) -> None:
        match fault.kind:
            case FaultKind.SLOW:
                await asyncio.sleep(fault.delay_s)
                await self._answer(message)
            case FaultKind.REFUSE:
                error = RpcError("operation-failed", "the switch is out of resources")
                await self._send_reply(message, [render_error(error)])
            case FaultKind.DROP_REPLY:
                self._try(message)
                self._hang_up()
                raise _Ended
            case FaultKind.LATE_COMMIT:
                await asyncio.sleep(fault.delay_s)  # the switch is at it: it does not notice a lost connection
                self._try(message)
            case FaultKind.IGNORE_LEAF:
                etree.strip_elements(message, *_HIDDEN_LEAVES, with_tail=True)
                await self._answer(message)
            case FaultKind.GARBAGE:
                await self._channel.send_bytes(b"<rpc-reply><\xff\xfe not & xml")
            case FaultKind.FLOOD:
                await self._channel.send_endlessly(b"<rpc-reply>" + b" " * 65536, FLOOD_BYTES)
            case _:
                pass  # silent: neither done nor answered

    def _try(self, message: etree._Element) -> None:
        with suppress(RpcFailure):  # refused, and nobody is told
            self._perform(message)

    def _cut(self) -> None:
        """Called when the session was killed; it may be in the middle of anything."""
        self._hang_up()
        if self._task is not None:
            self._task.cancel()
