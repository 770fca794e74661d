"""The background process: it comes, it goes, and it goes on where it was."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import asyncssh
import pytest

from reconciler.lab import control, launch
from reconciler.lab.addresses import Kind
from reconciler.lab.persistence import Folder
from reconciler.model.errors import Refused, Unreachable
from tests.lab.guests import create_guest
from tests.lab.sites import site_text

SITES = {"a.yaml": site_text()}


def test_it_starts_answers_and_stops(folder: Folder) -> None:
    before = time.monotonic()
    started = launch.start(folder, SITES, fast=True)
    assert time.monotonic() - before < 10
    assert (started.sites, started.already) == (("here",), False)
    status = control.ask(folder.socket, "status")
    assert status["pid"] == started.pid == launch.running_pid(folder)
    assert launch.stop(folder)
    assert not launch.stop(folder)
    assert launch.running_pid(folder) is None
    assert not _alive(started.pid)


def test_every_device_answers_on_its_own_loopback_address(folder: Folder) -> None:
    launch.start(folder, {"a.yaml": site_text(deployer="kadeploy")}, fast=True)
    contacts = folder.read_contacts()
    assert {contact.endpoint for contact in contacts} == {"here", "sw.here", "n-1.here", "n-2.here"}
    assert len({contact.address for contact in contacts}) == 4
    for contact in contacts:
        assert contact.address.startswith("127.")
        socket.create_connection((contact.address, contact.port), timeout=5).close()


def test_a_second_start_with_the_same_sites_does_nothing(folder: Folder) -> None:
    first = launch.start(folder, SITES, fast=True)
    second = launch.start(folder, SITES, fast=True)
    assert (second.pid, second.already) == (first.pid, True)
    assert launch.start(folder, None).already


def test_a_start_with_other_sites_is_refused_while_it_runs(folder: Folder) -> None:
    launch.start(folder, SITES, fast=True)
    with pytest.raises(Refused, match="lab stop"):
        launch.start(folder, {"b.yaml": site_text("there")})


def test_two_starts_at_once_make_one_lab(folder: Folder) -> None:
    found: list[launch.Started] = []
    threads = [threading.Thread(target=lambda: found.append(launch.start(folder, SITES, fast=True))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({started.pid for started in found}) == 1
    assert sorted(started.already for started in found) == [False, True]


def test_what_happened_survives_a_restart_with_the_same_keys_and_addresses(folder: Folder) -> None:
    launch.start(folder, SITES, fast=True)
    create_guest(folder, "n-1.here", "exp-a-0", 1)
    control.ask(folder.socket, "break", sort="switch", device="sw", fault="move-port", arguments=["e12", "705"])
    before, contacts = control.ask(folder.socket, "status"), folder.read_contacts()
    launch.stop(folder)
    launch.start(folder, None)
    after = control.ask(folder.socket, "status")
    assert folder.read_contacts() == contacts
    assert after["totals"] == before["totals"]
    assert after["devices"] == before["devices"]


def test_what_happened_survives_a_kill(folder: Folder) -> None:
    started = launch.start(folder, SITES, fast=True)
    create_guest(folder, "n-1.here", "exp-a-0", 1)
    time.sleep(0.5)
    os.kill(started.pid, signal.SIGKILL)
    while launch.running_pid(folder) is not None:
        time.sleep(0.01)
    assert folder.pid.exists(), "the old process id is still written down, and must not be believed"
    assert not launch.start(folder, None).already
    assert [group["vms"][0]["name"] for group in control.ask(folder.socket, "reach") if group["vms"]] == ["exp-a-0"]


def test_reset_puts_everything_back_whether_it_runs_or_not(folder: Folder) -> None:
    launch.start(folder, SITES, fast=True)
    first, contacts = control.ask(folder.socket, "status"), folder.read_contacts()
    for running in (True, False):
        create_guest(folder, "n-1.here", "exp-a-0", 1)
        if not running:
            launch.stop(folder)
        launch.reset(folder)
        launch.start(folder, None)
        now = control.ask(folder.socket, "status")
        assert (now["totals"], now["devices"]) == (first["totals"], first["devices"])
        assert not control.ask(folder.socket, "history")
        assert folder.read_contacts() == contacts


def test_two_labs_run_side_by_side_on_ports_of_their_own(folder: Folder, tmp_path: Path) -> None:
    other = Folder.under(tmp_path / "other")
    launch.start(folder, SITES, fast=True)
    try:
        launch.start(other, SITES, fast=True)
        ours, theirs = ({(c.address, c.port) for c in f.read_contacts()} for f in (folder, other))
        assert not ours & theirs
    finally:
        launch.stop(other)


def test_a_lab_that_cannot_start_says_why_and_leaves_no_process(folder: Folder) -> None:
    folder.make()
    folder._write("keys.json", "nonsense")
    with pytest.raises(Unreachable, match=r"keys\.json: unreadable"):
        launch.start(folder, SITES)
    assert launch.running_pid(folder) is None


def test_wrong_documents_are_refused_before_anything_starts(folder: Folder) -> None:
    with pytest.raises(Refused, match="no Site document"):
        launch.start(folder, {"a.yaml": "kind: Experiment\n"})
    assert not folder.socket.exists()


def test_it_outlives_the_command_that_started_it_and_listens_on_loopback_only(folder: Folder) -> None:
    script = (
        "import sys; from pathlib import Path; from reconciler.lab import launch, persistence\n"
        "launch.start(persistence.Folder(Path(sys.argv[1])), {'a': sys.stdin.read()}, fast=True)"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(folder.root)], input=site_text(), text=True, check=True, timeout=60
    )
    pid = launch.running_pid(folder)
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    assert all(address.startswith("127.") for address in _listening(pid))


def test_a_key_of_somebody_else_does_not_get_in(folder: Folder) -> None:
    launch.start(folder, SITES, fast=True)
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    for contact in folder.read_contacts():
        assert contact.kind in (Kind.HOST, Kind.SWITCH)
        with pytest.raises(asyncssh.PermissionDenied):
            create_guest(folder, contact.endpoint, "x", 1, identity=stranger)


def _alive(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody has asked about yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def _listening(pid: int) -> list[str]:
    """Addresses of the process's listening TCP sockets, from the kernel."""
    sockets = {os.readlink(fd) for fd in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    found = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]
    assert len(found) >= 3
    assert not [
        line for line in Path("/proc/net/tcp6").read_text().splitlines()[1:] if f"socket:[{line.split()[9]}]" in sockets
    ]
    return [socket.inet_ntoa(bytes.fromhex(address.split(":")[0])[::-1]) for address in found]
