"""S1 to S4: whom we speak to, and what we offer: pinned keys only, our one key, strong algorithms."""

from __future__ import annotations

import pkgutil
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import ncclient.devices
import ncclient.manager
import paramiko
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reconciler.model.errors import Unreachable
from reconciler.transport import netconf_ssh
from reconciler.transport.algorithms import WEAK
from reconciler.transport.contact import Contact
from reconciler.transport.errors import Untrusted
from reconciler.transport.http import HttpClient
from reconciler.transport.netconf import NetconfPool
from reconciler.transport.ssh import SshPool
from tests.transport.ssh_peer import peer

HOST = "device.lille"
Reach = Callable[[Contact], None]


def by_ssh(contact: Contact) -> None:
    pool = SshPool({HOST: contact}, connect_timeout_s=5)
    try:
        pool.run(HOST, "true\n", deadline_s=5)
    finally:
        pool.close()


def by_netconf(contact: Contact) -> None:
    pool = NetconfPool({HOST: contact}, connect_s=5)
    try:
        pool.session(HOST)
    finally:
        pool.close()


pipes = pytest.mark.parametrize("reach", [by_ssh, by_netconf])


async def answer(process: Any) -> None:
    await process.stdin.read()
    process.exit(0)


def new_key(kind: str = "ssh-ed25519") -> str:
    return " ".join(asyncssh.generate_private_key(kind).export_public_key().decode().split()[:2])


@pipes
def test_s01_a_device_whose_key_is_not_pinned_is_not_even_dialled(tmp_path: Path, reach: Reach) -> None:
    with peer(tmp_path, answer) as server:
        with pytest.raises(Untrusted, match="hostKey"):
            reach(replace(server.contact, host_key=""))
        assert (server.connections, server.logins) == (0, 0)


@pipes
def test_s01_keys_that_openssh_knows_from_a_home_folder_are_no_pins(
    tmp_path: Path, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(tmp_path, answer) as server:
        known = tmp_path / "home" / ".ssh" / "known_hosts"
        known.parent.mkdir(parents=True)
        known.write_text(f"[127.0.0.1]:{server.contact.port} {server.contact.host_key}\n")
        monkeypatch.setenv("HOME", str(known.parents[1]))
        with pytest.raises(Untrusted):
            reach(replace(server.contact, host_key=""))
        with pytest.raises(Untrusted, match="pinned"):
            reach(replace(server.contact, host_key=new_key()))
        assert server.logins == 0


@pipes
def test_s02_a_device_that_shows_another_key_sees_no_log_in(tmp_path: Path, reach: Reach) -> None:
    with peer(tmp_path, answer) as server:
        with pytest.raises(Untrusted, match="pinned"):
            reach(replace(server.contact, host_key=new_key()))
        assert (server.connections, server.logins) == (1, 0)


@pipes
@pytest.mark.parametrize("kind", ["ecdsa-sha2-nistp256", "ssh-rsa"])
def test_s02_a_device_that_shows_a_key_of_another_kind_sees_no_log_in(tmp_path: Path, reach: Reach, kind: str) -> None:
    with peer(tmp_path, answer) as server:
        with pytest.raises(Unreachable):
            reach(replace(server.contact, host_key=new_key(kind)))
        assert server.logins == 0


def vendors() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(ncclient.devices.__path__))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("vendor", vendors())
def test_s02_no_vendors_handler_of_ncclient_has_a_say_in_which_key_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, vendor: str
) -> None:
    handler = ncclient.manager.make_device_handler({"name": vendor})
    monkeypatch.setattr(netconf_ssh, "StrictHandler", lambda: handler)
    with peer(tmp_path, answer) as server:
        with pytest.raises(Untrusted, match="pinned"):
            by_netconf(replace(server.contact, host_key=new_key()))
        assert server.logins == 0


def test_s02_left_to_itself_ncclient_would_log_in_to_whoever_answers(tmp_path: Path) -> None:
    """What the test before guards against: were this one to fail, that one would prove nothing."""
    with peer(tmp_path, answer) as server:
        with pytest.raises(Exception):  # noqa: B017 - whatever it says: this server has no NETCONF
            ncclient.manager.connect(
                host="127.0.0.1",
                port=server.contact.port,
                username="root",
                key_filename=server.contact.identity_file,
                allow_agent=False,
                look_for_keys=False,
                device_params={"name": "iosxe"},
                timeout=5,
            )
        assert server.logins > 0


# -- over TLS ----------------------------------------------------------------------------------------


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The port of an HTTPS server that nobody vouches for, and what it read."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "k")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = tmp_path / "server.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection = server.accept()[0]
                    with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                        heard.append(secure.recv(1000))

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def test_s01_a_deployer_that_nobody_vouches_for_hears_no_request(self_signed: tuple[int, list[bytes]]) -> None:
    port, heard = self_signed
    client = HttpClient()
    with pytest.raises(Unreachable, match=r"(?i)certificate"):
        client.exchange("GET", f"https://localhost:{port}/nodes", headers={"Authorization": "Basic eDp5"}, deadline_s=5)
    client.close()
    assert heard == []


# -- what is offered ---------------------------------------------------------------------------------


@pipes
def test_s03_no_agent_no_key_and_no_setting_of_a_home_folder_is_used(
    tmp_path: Path, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(tmp_path, answer) as server, socket.socket(socket.AF_UNIX) as agent:
        ssh, trap = tmp_path / "home" / ".ssh", tmp_path / "touched"
        ssh.mkdir(parents=True)
        (ssh / "id_ed25519").write_bytes(Path(server.contact.identity_file).read_bytes())
        (ssh / "config").write_text(f"Host *\n  ProxyCommand touch {trap}\n  ForwardAgent yes\n")
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        agent.settimeout(0)
        monkeypatch.setenv("HOME", str(ssh.parent))
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        stranger = tmp_path / "stranger"
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(stranger))
        with pytest.raises(Untrusted):
            reach(replace(server.contact, identity_file=str(stranger)))
        with pytest.raises(BlockingIOError):
            agent.accept()
        assert not trap.exists()


def test_s03_a_session_forwards_nothing_and_has_no_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    seen: list[object] = []

    async def note(process: Any) -> None:
        channel = process.channel
        seen.append((channel.get_agent_path(), channel.get_terminal_type(), dict(channel.get_environment())))
        await answer(process)

    with peer(tmp_path, note, agent_forwarding=True) as server:
        by_ssh(server.contact)
    assert seen == [(None, None, {})]


WEAK_SERVERS = [
    *({"mac_algs": [name], "encryption_algs": ["aes128-ctr"]} for name in ("hmac-md5", "hmac-md5-96", "hmac-sha1")),
    {"mac_algs": ["hmac-sha1-96"], "encryption_algs": ["aes256-ctr"]},
    *({"encryption_algs": [name]} for name in ("3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc")),
    *({"kex_algs": [f"diffie-hellman-{name}-sha1"]} for name in ("group1", "group14", "group-exchange")),
]


@pipes
@pytest.mark.parametrize("weak", WEAK_SERVERS, ids=lambda weak: next(iter(weak.values()))[0])
def test_s04_a_device_that_has_only_weak_algorithms_sees_no_log_in(
    tmp_path: Path, reach: Reach, weak: dict[str, Any]
) -> None:
    with peer(tmp_path, answer, **weak) as server:
        with pytest.raises(Unreachable):
            reach(server.contact)
        assert (server.connections > 0, server.logins) == (True, 0)


def test_s04_the_same_server_with_strong_algorithms_is_logged_in_to(tmp_path: Path) -> None:
    with peer(tmp_path, answer, encryption_algs=["aes256-ctr"], mac_algs=["hmac-sha2-256"]) as server:
        by_ssh(server.contact)
        assert server.logins == 1


def test_s04_of_what_the_library_offers_nothing_weak_is_left() -> None:
    """Also of what a later version may bring."""
    near, far = socket.socketpair()
    with near, far:
        transport = paramiko.Transport(near, disabled_algorithms=WEAK)
        offered = [*transport.preferred_ciphers, *transport.preferred_macs]
        offered += [*transport.preferred_kex, *transport.preferred_keys]
        transport.close()
    assert len(offered) > 10
    assert [name for name in offered if re.search(r"cbc|md5|sha1(?!\d)|rc4|arcfour|dss|none", name)] == []
