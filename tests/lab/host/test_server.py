"""The SSH server, with a real paramiko client whose host key is pinned."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import asyncssh
import paramiko
import pytest

from reconciler.lab.host.host import LabHost
from reconciler.lab.host.server import serve
from tests.lab.host.nodes import PLAIN, bridge, create, make_host

CLIENT_KEY = asyncssh.generate_private_key("ssh-ed25519")
HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


@contextmanager
def serving(host: LabHost) -> Iterator[int]:
    """Run the server in a thread with a loop of its own; gives the port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    keys = asyncssh.import_authorized_keys(CLIENT_KEY.export_public_key().decode())

    def call(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    acceptor = call(serve(host, "127.0.0.1", 0, HOST_KEY, keys))

    async def close() -> None:
        acceptor.close()
        await acceptor.wait_closed()
        await asyncio.sleep(0.01)

    try:
        yield acceptor.get_port()
    finally:
        call(close())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def connected(port: int, user: str = "root", key: asyncssh.SSHKey = CLIENT_KEY) -> Iterator[paramiko.SSHClient]:
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    public = paramiko.Ed25519Key(data=HOST_KEY.public_data)
    client.get_host_keys().add(f"[127.0.0.1]:{port}", "ssh-ed25519", public)
    private = paramiko.Ed25519Key.from_private_key(io.StringIO(key.export_private_key().decode()))
    try:
        client.connect(
            "127.0.0.1", port, user, pkey=private, look_for_keys=False, allow_agent=False, timeout=5, banner_timeout=5
        )
        yield client
    finally:
        client.close()


def execute(client: paramiko.SSHClient, script: str, command: str = "/bin/sh -s") -> tuple[str, str, int]:
    stdin, stdout, stderr = client.exec_command(command, timeout=5)
    if command == "/bin/sh -s":
        stdin.write(script)
    stdin.channel.shutdown_write()
    return stdout.read().decode(), stderr.read().decode(), stdout.channel.recv_exit_status()


def test_a_script_on_stdin_makes_a_domain_and_lists_it():
    host = make_host()
    with serving(host) as port, connected(port) as client:
        out, err, status = execute(client, f"{bridge(701)}\n{create('exp-a', 1)}xl list\necho '#end'\n")
    assert status == 0
    assert err == "Parsing config from /root/exp-a.cfg\n"
    assert "exp-a" in out
    assert out.endswith("#end\n")


def test_many_execs_of_one_connection_are_one_session():
    host = make_host()
    with serving(host) as port, connected(port) as client:
        for _ in range(3):
            execute(client, "xl list -l\n")
    assert (host.counters.sessions, host.counters.execs) == (1, 3)
    assert (dict(host.counters.xl_by_verb), host.counters.mutating) == ({"list": 3}, 0)


def test_a_person_may_type_one_command():
    with serving(make_host()) as port, connected(port) as client:
        out, _, status = execute(client, "", "xl list")
        refused = execute(client, "", "xl list; rm -rf /")
    assert (out.startswith("Name "), status) == (True, 0)
    assert refused[2] == 2


def test_a_person_may_log_in_and_leave():
    with serving(make_host()) as port, connected(port) as client:
        channel = client.invoke_shell()
        channel.settimeout(5)
        channel.send(b"xl domid nobody\rexit\r")
        said = b""
        while part := channel.recv(4096):
            said += part
    assert b"maybe this domain does not exist" in said


def test_another_user_or_key_is_refused():
    other = asyncssh.generate_private_key("ssh-ed25519")
    with serving(make_host()) as port:
        with pytest.raises(paramiko.AuthenticationException), connected(port, key=other):
            pass
        with pytest.raises(paramiko.AuthenticationException), connected(port, user="alice"):
            pass


def test_long_output_comes_whole():
    with serving(make_host()) as port, connected(port) as client:
        out, _, status = execute(
            client, f"cat <<'XR_END'\n{'x' * 79 + chr(10)}" * 1 + ("y" * 99 + "\n") * 20_000 + "XR_END\n"
        )
    assert (len(out), status) == (80 + 2_000_000, 0)


@pytest.mark.parametrize("kind", ["offline", "reboot"])
def test_a_host_that_is_down_breaks_connections_and_takes_none(kind):
    host = make_host()
    host.pace.scale = 100.0  # boots for seconds
    with serving(host) as port:
        with connected(port) as client:
            host.break_(kind)
            with pytest.raises((paramiko.SSHException, EOFError, OSError)):
                execute(client, "true\n")
                execute(client, "true\n")
        with pytest.raises((paramiko.SSHException, EOFError, OSError)), connected(port):
            pass
        host.mend()
        host.now.seconds += 100
        with connected(port) as client:
            assert execute(client, "true\n")[2] == 0


def test_a_dropped_reply_has_done_its_work():
    host = make_host()
    with serving(host) as port:
        host.break_("drop-reply", count=1)
        with connected(port) as client:
            stdin, stdout, _ = client.exec_command("/bin/sh -s", timeout=5)
            stdin.write(f"{bridge(701)}\n{create('exp-a', 1)}")
            stdin.channel.shutdown_write()
            assert stdout.read() == b""
            assert stdout.channel.recv_exit_status() == -1
        assert [domain.config.name for domain in host.domains] == ["exp-a"]


def test_a_silent_host_says_nothing():
    host = make_host()
    host.break_("silent", count=1)
    with serving(host) as port, connected(port) as client:
        stdin, stdout, _ = client.exec_command("/bin/sh -s", timeout=0.3)
        stdin.write("true\n")
        stdin.channel.shutdown_write()
        with pytest.raises(TimeoutError):
            stdout.read()
        assert execute(client, "true\n")[2] == 0


def test_a_slow_host_takes_its_time():
    host = make_host()
    host.break_("slow", count=1, delay_s=0.3)
    with serving(host) as port, connected(port) as client:
        stdin, stdout, _ = client.exec_command("/bin/sh -s", timeout=0.1)
        stdin.write("true\n")
        stdin.channel.shutdown_write()
        with pytest.raises(TimeoutError):
            stdout.read()


def test_a_script_goes_on_when_the_client_has_gone():
    host = make_host(pace=1.0)
    with serving(host) as port:
        with connected(port) as client:
            stdin, _, _ = client.exec_command("/bin/sh -s", timeout=5)
            stdin.write(f"{bridge(701)}\n" + "xl list -l\n" * 30 + create("exp-a", 1))
            stdin.channel.shutdown_write()
            for _ in range(500):
                if host.counters.mutating:
                    break
                threading.Event().wait(0.01)
        for _ in range(500):
            if host.domains:
                break
            threading.Event().wait(0.01)
        assert [domain.config.name for domain in host.domains] == ["exp-a"]


def test_another_image_has_no_domains_and_no_xl():
    host = make_host()
    with serving(host) as port:
        with connected(port) as client:
            execute(client, f"{bridge(701)}\n{create('exp-a', 1)}")
        host.boot(PLAIN)
        with connected(port) as client:
            assert execute(client, "head -n 1 /etc/grid5000/release\nxl list\n")[::2] == ("debian-min-2\n", 127)
