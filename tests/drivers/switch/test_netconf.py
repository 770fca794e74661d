"""A transaction's words in NETCONF's."""

from __future__ import annotations

import pytest

from reconciler.drivers.switch.locking import locked
from reconciler.drivers.switch.netconf import NetconfEdit, NetconfSession, NetconfSessions
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.drivers.switch.session import Store
from reconciler.model.errors import Rejected
from tests.drivers.switch.openconfig.memory import MemoryPool

HOST = "sw-1.lille"
MARKED = OpenConfig().stamp(None, {"e1": "desk 12"})


@pytest.fixture
def pool() -> MemoryPool:
    return MemoryPool()


def session(pool: MemoryPool) -> NetconfSession:
    return NetconfSessions(pool).session(HOST)


def described(of: NetconfSession, store: Store = Store.RUNNING) -> str:
    return OpenConfig().parse(of.read(store, OpenConfig().query())).ports["e1"].description


def test_an_edit_is_in_the_candidate_until_it_is_on_trial_and_there_until_it_is_taken_back(pool: MemoryPool) -> None:
    ours = session(pool)
    with locked(ours, ()):
        ours.edit(MARKED)
        assert (described(ours, Store.CANDIDATE), described(ours)) == ("desk 12", "")
        ours.commit_on_trial(60)
        assert described(ours) == "desk 12"
        ours.take_back()
        assert described(ours) == ""
    assert pool.another(HOST).lock("running") is None, "all locks are given back"


def test_running_is_unlocked_before_a_trial_is_taken_back_and_no_second_time(pool: MemoryPool) -> None:
    ours = session(pool)
    with locked(ours, ()):
        ours.edit(MARKED)
        ours.commit_on_trial(60)
        ours.take_back()
        theirs = session(pool)
        theirs.unlock("running")
        with pytest.raises(Rejected):
            pool.session(HOST).unlock("running")
    assert ours.alive


@pytest.mark.parametrize("startup", [True, False])
def test_running_is_saved_where_there_is_something_to_start_up_with(startup: bool) -> None:
    offered = {":candidate", ":confirmed-commit", *([":startup"] if startup else [])}
    pool = MemoryPool(capabilities=frozenset(offered))
    ours, device = session(pool), pool.device(HOST)
    ours.edit(MARKED)
    ours.commit_on_trial(60)
    ours.save()
    ours.confirm()
    assert ("desk 12" in str(device.startup_xml())) is startup


def test_what_a_server_does_not_offer_and_a_trial_needs_is_named() -> None:
    assert session(MemoryPool(capabilities=frozenset({":candidate"}))).lacks() == (":confirmed-commit",)
    assert session(MemoryPool()).lacks() == ()


def test_an_edit_is_shown_as_it_is_sent() -> None:
    edit = NetconfEdit("<config/>")
    assert str(edit) == "<config/>" and edit.element().tag == "config"
