"""Opens the servers of all devices, each on its own loopback address."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace

import asyncssh

from reconciler.lab.addresses import Kind, Ports, assign, claims
from reconciler.lab.contacts import LabContact
from reconciler.lab.deployer.server import serve as serve_deployer
from reconciler.lab.host.server import serve as serve_host
from reconciler.lab.keys import CLIENT, public_line, read_key
from reconciler.lab.persistence import Folder
from reconciler.lab.switch.server import serve as serve_switch
from reconciler.lab.world import LabWorld
from reconciler.model.errors import Unreachable

SHIFTS = 200
"""How many labs one machine can run side by side."""


class Listening:
    """The open servers.  ``shift`` is the one of ``addresses.Ports`` that was free."""

    def __init__(self, shift: int, contacts: tuple[LabContact, ...], servers: AsyncExitStack) -> None:
        self.shift = shift
        self.contacts = contacts
        self._servers = servers

    async def close(self) -> None:
        await self._servers.aclose()


async def listen(world: LabWorld, keys: Mapping[str, str], folder: Folder, shift: int) -> Listening:
    """Open all servers, on the ports of ``shift`` if they are free, else on the first free ones after it.

    Raises:
        Unreachable: no ports are free.
    """
    for candidate in ((shift + step) % SHIFTS for step in range(SHIFTS)):
        async with AsyncExitStack() as servers:
            try:
                contacts = await _open_all(world, keys, folder, Ports(candidate), servers)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            return Listening(candidate, contacts, servers.pop_all())
    raise Unreachable("no free ports on 127.0.0.0/8 for one more lab; stop another (`reconciler lab stop`)")


async def _open_all(
    world: LabWorld, keys: Mapping[str, str], folder: Folder, ports: Ports, servers: AsyncExitStack
) -> tuple[LabContact, ...]:
    devices = world.devices
    for address in claims(devices):
        await _claim(address, ports.of(Kind.DEPLOYER), servers)
    client = public_line(read_key(keys[CLIENT]))
    contacts = []
    for device, address in sorted(assign(devices).items()):
        contact = LabContact(str(device), device.kind, device.site, device.name, address, ports.of(device.kind), "root")
        contacts.append(await _open(world, contact, keys, client, folder, servers))
    return tuple(contacts)


async def _claim(address: str, port: int, servers: AsyncExitStack) -> None:
    """Hold a port that no other lab then takes, before the many that would have to be undone."""
    claim = servers.enter_context(socket.socket())
    claim.bind((address, port))
    claim.listen(1)


async def _open(
    world: LabWorld, contact: LabContact, keys: Mapping[str, str], client: str, folder: Folder, servers: AsyncExitStack
) -> LabContact:
    device, address, port = contact.key, contact.address, contact.port
    if device.kind is Kind.DEPLOYER:
        server = await serve_deployer(world.deployers[device], address, port)
        servers.push_async_callback(server.wait_closed)
        servers.callback(server.close)
        servers.callback(world.deployers[device].forget)  # what runs must not touch a host that was saved
        return contact
    key = read_key(keys[str(device)])
    if device.kind is Kind.SWITCH:
        servers.callback((await serve_switch(world.switches[device], address, port, key, client)).close)
    else:
        host = world.hosts[device]
        authorized = asyncssh.import_authorized_keys(client)
        servers.callback((await serve_host(host, address, port, key, authorized)).close)
        servers.callback(lambda: [cut() for cut in list(host.cut)])
    return replace(contact, host_key=public_line(key), identity_file=str(folder.identity))
