"""A real ncclient session against a switch that misbehaves."""

from __future__ import annotations

import time

import pytest
from ncclient.operations.errors import TimeoutExpiredError
from ncclient.transport.errors import SessionCloseError

from tests.lab.switch.client import ACCESS_101, refused, running, set_access, untagged, wait_until
from tests.lab.switch.conftest import Running


def test_a_silent_switch_answers_nothing(switch: Running) -> None:
    with switch.connect() as session:
        switch.call(lambda: switch.device.break_("silent", count=1))
        session.timeout = 0.3
        with pytest.raises(TimeoutExpiredError):
            session.lock("running")
        session.timeout = 10
        session.lock("running")


def test_a_slow_switch_is_late_and_right(switch: Running) -> None:
    with switch.connect() as session:
        switch.call(lambda: switch.device.break_("slow", delay_s=0.3))
        began = time.monotonic()
        assert running(session) == {}
        assert time.monotonic() - began >= 0.3


def test_a_refusing_switch_changes_nothing(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        switch.call(lambda: switch.device.break_("refuse"))
        assert refused(session.commit)[0].tag == "operation-failed"
        assert running(session) == {}
        session.commit()
        assert running(session) == {"Ethernet1": ACCESS_101}


def test_a_lost_reply_leaves_the_work_done(switch: Running) -> None:
    session = switch.connect()
    set_access(session)
    switch.call(lambda: switch.device.break_("drop-reply", rpc="commit"))
    with pytest.raises(SessionCloseError):
        session.commit()
    assert untagged(switch) == 101


def test_a_late_commit_lands_after_its_client_has_gone(switch: Running) -> None:
    session = switch.connect()
    session.lock("candidate")
    set_access(session)
    switch.call(lambda: switch.device.break_("late-commit", delay_s=1.0))
    session.timeout = 0.1
    with pytest.raises(TimeoutExpiredError):
        session.commit()
    session._session.close()
    assert untagged(switch) == 1
    with switch.connect() as barrier:
        assert refused(barrier.lock, "candidate")[0].tag == "lock-denied"
        wait_until(lambda: untagged(switch) == 101)
        wait_until(lambda: len(switch.call(lambda: switch.device.roster.ids)) == 1)
        barrier.lock("candidate")


def test_killing_its_session_stops_a_late_commit(switch: Running) -> None:
    session = switch.connect()
    set_access(session)
    switch.call(lambda: switch.device.break_("late-commit", delay_s=0.6))
    session.timeout = 0.1
    with pytest.raises(TimeoutExpiredError):
        session.commit()
    with switch.connect() as barrier:
        barrier.kill_session(session.session_id)
        time.sleep(0.9)
        assert running(barrier) == {}


def test_an_ignored_leaf_shows_only_when_read_back(switch: Running) -> None:
    with switch.connect() as session:
        switch.call(lambda: switch.device.break_("ignore-leaf"))
        set_access(session)
        session.commit()
        assert running(session) == {"Ethernet1": {"interface-mode": ["ACCESS"]}}


def test_garbage_is_no_answer(switch: Running) -> None:
    session = switch.connect(timeout=1)
    switch.call(lambda: switch.device.break_("garbage"))
    with pytest.raises(Exception, match=r"."):
        session.get_config("running")
    assert untagged(switch) == 1


def test_a_reboot_cuts_the_session_and_brings_startup_back(switch: Running) -> None:
    session = switch.connect()
    set_access(session)
    session.commit()
    switch.call(lambda: switch.device.break_("reboot"))
    with pytest.raises(Exception, match=r"."):
        session.get_config("running")
    with switch.connect() as again:
        assert running(again) == {}


def test_an_offline_switch_takes_no_connection_until_repaired(switch: Running) -> None:
    switch.call(lambda: switch.device.break_("offline"))
    with pytest.raises(Exception, match=r"."):
        switch.connect(timeout=2)
    switch.call(switch.device.repair)
    with switch.connect() as session:
        assert running(session) == {}
