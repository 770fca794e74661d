"""Whether a process is over, as far as it can be proved from here."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from reconciler.store.process import ThisMachine

HERE = ThisMachine()


def test_this_process_lives() -> None:
    assert not HERE.is_over(HERE.me()) and HERE.me().pid == os.getpid()


def test_a_process_that_ended_is_over_and_so_is_a_zombie() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    theirs = replace(HERE.me(), pid=child.pid, started=_started(child.pid))
    assert not HERE.is_over(theirs)
    child.kill()
    deadline = time.monotonic() + 10
    while not HERE.is_over(theirs):  # before it is waited for: a zombie
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.wait()
    assert HERE.is_over(theirs)


def test_another_process_of_the_same_number_proves_that_the_first_is_over() -> None:
    assert HERE.is_over(replace(HERE.me(), started=HERE.me().started - 1))


def test_a_process_of_an_earlier_boot_is_over() -> None:
    assert HERE.is_over(replace(HERE.me(), boot="an earlier one"))


def test_of_another_machine_or_container_nothing_is_proved() -> None:
    gone = replace(HERE.me(), pid=2**22 + 1)
    assert HERE.is_over(gone)
    assert not HERE.is_over(replace(gone, machine="elsewhere"))
    assert not HERE.is_over(replace(gone, host="another of the same name"))
    assert not HERE.is_over(replace(gone, space="pid:[1]"))
    assert not HERE.is_over(replace(gone, boot=""))


def _started(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[19])


def test_who_started_a_process_is_what_the_system_says_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    assert ThisMachine().me().user == pwd.getpwuid(os.geteuid()).pw_name


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert ThisMachine().me().user == "54321"


def test_who_started_it_does_not_tell_processes_apart() -> None:
    me = ThisMachine().me()
    assert replace(me, user="somebody-else") == me
