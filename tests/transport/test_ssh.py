"""Scripts over SSH against real servers on loopback, good and bad."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import asyncssh
import pytest

from reconciler.model.errors import Unreachable
from reconciler.transport import ssh_connection
from reconciler.transport.contact import Contact
from reconciler.transport.errors import Interrupted, Untrusted
from reconciler.transport.ssh import Reply, SshPool
from tests.transport.ssh_peer import Peer, Script, peer


@contextmanager
def pool_for(folder: Path, run: Script, **options: Any) -> Iterator[tuple[SshPool, Peer]]:
    with peer(folder, run, **options) as found:
        pool = SshPool({"h1.lille": found.contact}, connect_timeout_s=5)
        try:
            yield pool, found
        finally:
            pool.close()


async def echo(process: Any) -> None:
    text = await process.stdin.read()
    process.stdout.write(text)
    process.stderr.write("warning\n")
    process.exit(3)


def run(pool: SshPool, script: str = "true\n", deadline_s: float = 5.0) -> Reply:
    return pool.run("h1.lille", script, deadline_s=deadline_s)


def test_a_script_arrives_whole_and_its_output_and_status_come_back(tmp_path: Path) -> None:
    script = "echo é\n" + "x" * 3_000_000 + "\n"
    with pool_for(tmp_path, echo) as (pool, _):
        assert run(pool, script) == Reply(script, 3, "warning\n")


def test_the_connection_is_kept_between_scripts(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (pool, found):
        for _ in range(5):
            run(pool)
        assert found.connections == 1


def test_a_connection_that_broke_between_scripts_is_made_anew(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (pool, found):
        run(pool)
        found.cut()
        assert run(pool).status == 3
        assert found.connections == 2


def test_a_script_that_may_have_arrived_is_never_sent_again(tmp_path: Path) -> None:
    begun: list[str] = []

    async def cut(process: Any) -> None:
        begun.append(await process.stdin.read())
        process.channel.get_connection().abort()

    with pool_for(tmp_path, cut) as (pool, _):
        with pytest.raises(Interrupted, match="may have run"):
            run(pool, "xl create\n")
        time.sleep(0.2)
    assert begun == ["xl create\n"]


def test_another_host_key_is_refused_before_any_log_in(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (_, found):
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
        pool = SshPool({"h1.lille": replace(found.contact, host_key=other)})
        with pytest.raises(Untrusted, match="not the pinned one") as caught:
            run(pool)
        assert not caught.value.retryable
        assert (found.connections, found.logins) == (1, 0)


def test_another_kind_of_host_key_than_the_pinned_one_is_refused_before_any_log_in(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (_, found):
        other = asyncssh.generate_private_key("ecdsa-sha2-nistp256").export_public_key().decode().strip()
        with pytest.raises(Unreachable):
            run(SshPool({"h1.lille": replace(found.contact, host_key=other)}))
        assert found.logins == 0


def test_a_host_without_a_pinned_key_or_an_unknown_host_is_never_contacted(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (_, found):
        with pytest.raises(Untrusted, match="hostKey"):
            run(SshPool({"h1.lille": replace(found.contact, host_key="")}))
        with pytest.raises(Untrusted, match="inventory"):
            run(SshPool({}))
        assert found.connections == 0


def test_a_private_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (_, found):
        for path in ("", str(tmp_path / "none")):
            with pytest.raises(Untrusted, match=r"private key"):
                run(SshPool({"h1.lille": replace(found.contact, identity_file=path)}))
        assert found.connections == 0


def test_a_log_in_that_is_refused_says_as_whom(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (_, found):
        stranger = tmp_path / "stranger"
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(stranger))
        with pytest.raises(Untrusted, match="log-in as root"):
            run(SshPool({"h1.lille": replace(found.contact, identity_file=str(stranger))}))


def test_no_agent_and_no_default_key_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(tmp_path / "agent"))
        agent.listen()
        agent.settimeout(0)
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        with pool_for(tmp_path, echo) as (pool, found):
            (home / ".ssh" / "id_ed25519").write_bytes(Path(found.contact.identity_file).read_bytes())
            stranger = tmp_path / "stranger"
            asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(stranger))
            with pytest.raises(Untrusted):
                run(SshPool({"h1.lille": replace(found.contact, identity_file=str(stranger))}))
            assert run(pool).status == 3
        with pytest.raises(BlockingIOError):
            agent.accept()


@pytest.mark.parametrize("weak", [{"mac_algs": ["hmac-md5", "hmac-sha1"], "encryption_algs": ["aes128-ctr"]},
                                  {"encryption_algs": ["3des-cbc", "aes128-cbc"]}])  # fmt: skip
def test_a_server_that_has_only_weak_algorithms_is_refused(tmp_path: Path, weak: dict[str, Any]) -> None:
    with pool_for(tmp_path, echo, **weak) as (pool, found):
        with pytest.raises(Unreachable):
            run(pool)
        assert found.logins == 0


def test_a_script_that_does_not_end_costs_no_more_than_the_deadline(tmp_path: Path) -> None:
    async def hang(process: Any) -> None:
        process.stdout.write("#host 0\n")
        await process.stdin.read()
        await process.wait_closed()

    with pool_for(tmp_path, hang) as (pool, _):
        started = time.monotonic()
        with pytest.raises(Interrupted, match="in time"):
            run(pool, deadline_s=0.6)
        assert time.monotonic() - started < 1.5


def test_a_script_that_ends_without_a_status_is_not_a_success(tmp_path: Path) -> None:
    async def vanish(process: Any) -> None:
        await process.stdin.read()
        process.stdout.write("all is well\n")
        process.channel.close()

    with pool_for(tmp_path, vanish) as (pool, _), pytest.raises(Interrupted, match="ended without a status"):
        run(pool)


def test_an_end_of_output_without_an_exit_costs_no_more_than_the_deadline(tmp_path: Path) -> None:
    async def stop_talking(process: Any) -> None:
        await process.stdin.read()
        process.stdout.write_eof()
        await process.wait_closed()

    with pool_for(tmp_path, stop_talking) as (pool, _):
        started = time.monotonic()
        with pytest.raises(Interrupted):
            run(pool, deadline_s=0.6)
        assert time.monotonic() - started < 1.5


def test_a_flood_of_errors_does_not_hide_the_answer(tmp_path: Path) -> None:
    async def shout(process: Any) -> None:
        for _ in range(60):
            process.stderr.write("e" * 65536)
            await process.stderr.drain()
        process.stdout.write("answer\n")
        process.exit(0)

    with pool_for(tmp_path, shout) as (pool, _):
        reply = run(pool)
    assert (reply.stdout, reply.status, len(reply.stderr)) == ("answer\n", 0, 60 * 65536)


def test_an_answer_without_end_is_cut_off_even_before_the_script_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_connection, "CAP_BYTES", 200_000)

    async def flood(process: Any) -> None:
        while True:
            process.stdout.write("x" * 65536)
            await process.stdout.drain()

    with pool_for(tmp_path, flood) as (pool, _):
        started = time.monotonic()
        with pytest.raises(Interrupted):
            run(pool, "y" * 5_000_000, deadline_s=3)
        assert time.monotonic() - started < 4


@pytest.mark.parametrize("banner", [b"", b"SSH-2.0-silent\r\n", b"\x00" * 2000])
def test_a_peer_that_accepts_and_says_nothing_useful_costs_no_more_than_the_deadline(
    tmp_path: Path, banner: bytes
) -> None:
    identity = tmp_path / "id"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(identity))
    key = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(listener.accept()[0])
                    held[-1].sendall(banner)
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        pool = SshPool({"h1.lille": Contact("127.0.0.1", listener.getsockname()[1], "root", key, str(identity))})
        started = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            run(pool, deadline_s=0.8)
        assert time.monotonic() - started < 3
        assert not isinstance(caught.value, Interrupted)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for sock in held:
            sock.close()


def test_a_host_that_is_not_there_is_unreachable_and_did_nothing(tmp_path: Path) -> None:
    with pool_for(tmp_path, echo) as (pool, found):
        contact = found.contact
    pauses: list[float] = []
    with pytest.raises(Unreachable) as caught:
        run(SshPool({"h1.lille": contact}, pause=pauses.append))
    assert not isinstance(caught.value, Interrupted)
    assert f"port {contact.port}" in str(caught.value)
    assert pauses == [0.05]
    pool.close()


def test_when_the_time_is_up_the_first_error_is_told_and_nothing_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = SshPool({"h1.lille": Contact("127.0.0.1", 1, "root", "ssh-ed25519 A", "id")}, pause=pytest.fail)
    ready = Mock(side_effect=Unreachable("h1.lille: no SSH connection"))
    monkeypatch.setattr(pool, "_ready", ready)
    with pytest.raises(Unreachable, match="no SSH connection"):
        run(pool, deadline_s=0)
    assert ready.call_count == 1


def test_bytes_that_are_not_text_do_not_break_the_answer(tmp_path: Path) -> None:
    async def binary(process: Any) -> None:
        process.stdout.write(b"\xff\xfe ok\n")
        process.exit(0)

    with pool_for(tmp_path, binary, encoding=None) as (pool, _):
        assert run(pool).stdout == "\\xff\\xfe ok\n"
