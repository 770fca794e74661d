"""Conformance: a real ncclient session against the switch, over SSH."""

from __future__ import annotations

import time
from typing import Any

import pytest
from lxml import etree
from ncclient.xml_ import to_ele

from reconciler.lab.switch.device import SwitchDevice
from tests.lab.switch.client import ACCESS_101, refused, running, set_access, untagged, wait_until
from tests.lab.switch.conftest import PORTS, Running
from tests.lab.switch.payloads import ALL_INTERFACES, SPACES, access, bare, config, port, read_modes, trunk


def test_the_switch_says_what_it_can(switch: Running) -> None:
    with switch.connect() as session:
        said = set(session.server_capabilities)
        wanted = (":candidate", ":confirmed-commit:1.1", ":validate:1.1", ":rollback-on-error", ":startup")
        assert all(capability in session.server_capabilities for capability in wanted)
        assert "urn:ietf:params:netconf:base:1.1" in said
        assert any("module=openconfig-vlan&" in capability for capability in said)
        assert not any("writable-running" in capability or ":xpath" in capability for capability in said)
        assert int(session.session_id) == 1


def test_an_edit_runs_once_it_is_committed(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        assert running(session) == {}
        session.commit()
        assert running(session) == {"Ethernet1": ACCESS_101}
    assert untagged(switch) == 101


def test_a_trunk_reads_back_the_same_set_in_another_order(switch: Running) -> None:
    vlans = [str(vlan) for vlan in range(200, 220)] + ["300..310"]
    with switch.connect() as session:
        session.edit_config(config(port("Ethernet1", modes=trunk(*vlans))), target="candidate")
        session.commit()
        read = running(session)["Ethernet1"]["trunk-vlans"]
    assert sorted(read) == vlans
    assert read != vlans


def test_a_filter_that_names_a_port_gets_that_port(switch: Running) -> None:
    with switch.connect() as session:
        for name in ("Ethernet1", "Ethernet2"):
            set_access(session, name=name)
        session.commit()
        one = f'<interfaces xmlns="{SPACES["if"]}"><interface><name>Ethernet2</name></interface></interfaces>'
        assert read_modes(session.get_config("running", ("subtree", one)).data) == {"Ethernet2": ACCESS_101}
        assert set(read_modes(session.get(("subtree", one)).data)) == {"Ethernet2"}
        assert len(read_modes(session.get().data)) == len(PORTS)


def test_a_refusal_says_where_and_why(switch: Running) -> None:
    with switch.connect() as session:
        (error,) = refused(session.edit_config, config(port("Ethernet1", modes=access(5000))), target="candidate")
        assert (error.tag, error.type, error.severity) == ("invalid-value", "application", "error")
        assert error.path.endswith("oc-vlan:config/oc-vlan:access-vlan")
        assert "5000" in error.message


def test_several_problems_come_in_one_reply(switch: Running) -> None:
    wrong = config(port("Ethernet1", modes=access(5000)), port("Ethernet99"), bare("Ethernet2", inside="<if:x/>"))
    with switch.connect() as session:
        errors = refused(session.edit_config, wrong, target="candidate")
        assert [error.tag for error in errors] == ["invalid-value", "invalid-value", "unknown-element"]
        session.commit()
        assert running(session) == {}


def test_a_leaf_of_the_other_mode_is_refused(switch: Running) -> None:
    wrong = config(port("Ethernet1", modes=access(5) + "<vl:trunk-vlans>5</vl:trunk-vlans>"))
    with switch.connect() as session:
        (error,) = refused(session.edit_config, wrong, target="candidate")
        assert (error.tag, "interface-mode" in error.message) == ("unknown-element", True)


def test_every_operation_works_over_the_wire(switch: Running) -> None:
    with switch.connect() as session:
        session.edit_config(config(port("Ethernet1", operation="create", modes=trunk(5))), target="candidate")
        assert (
            refused(session.edit_config, config(port("Ethernet1", operation="create")), target="candidate")[0].tag
            == "data-exists"
        )
        session.edit_config(config(port("Ethernet1", operation="replace", modes=access(101))), target="candidate")
        session.commit()
        assert running(session) == {"Ethernet1": ACCESS_101}
        missing = config(bare("Ethernet2", "delete"))
        assert refused(session.edit_config, missing, target="candidate")[0].tag == "data-missing"
        session.edit_config(config(bare("Ethernet2", "remove"), bare("Ethernet1", "delete")), target="candidate")
        session.commit()
        assert running(session) == {}
        replaced = config(port("Ethernet3", modes=access(101)))
        session.edit_config(replaced, target="candidate", default_operation="replace")
        session.commit()
        assert running(session) == {"Ethernet3": ACCESS_101}


def test_discarded_changes_are_gone(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.discard_changes()
        session.commit()
        assert running(session) == {}


def test_validate_does_not_spoil_the_next_commit(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.validate("candidate")
        session.commit()
        assert running(session) == {"Ethernet1": ACCESS_101}


def test_a_lock_keeps_other_sessions_out(switch: Running) -> None:
    with switch.connect() as first, switch.connect() as second:
        with first.locked("candidate"), first.locked("running"):
            for store in ("candidate", "running"):
                (error,) = refused(second.lock, store)
                assert error.tag == "lock-denied"
                assert f"<session-id>{first.session_id}<" in error.info.replace("nc:", "")
            assert refused(second.commit)[0].tag == "in-use"
            assert refused(second.discard_changes)[0].tag == "in-use"
            locked = refused(second.edit_config, config(port("Ethernet1")), target="candidate")
            assert locked[0].tag == "in-use"
        second.lock("candidate")


def test_a_candidate_somebody_left_modified_is_not_locked(switch: Running) -> None:
    with switch.connect() as first, switch.connect() as second:
        set_access(first)
        (error,) = refused(second.lock, "candidate")
        assert error.tag == "lock-denied"
        second.discard_changes()
        second.lock("candidate")


def test_the_locks_and_edits_of_a_lost_session_go_with_it(switch: Running) -> None:
    with switch.connect() as second:
        first = switch.connect()
        first.lock("candidate")
        first.lock("running")
        set_access(first)
        first._session.close()
        wait_until(lambda: len(switch.call(lambda: switch.device.roster.ids)) == 1)
        second.lock("candidate")
        second.lock("running")
        second.commit()
        assert running(second) == {}


def test_startup_changes_only_when_it_is_saved(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.commit()
        assert read_modes(session.get_config("startup", ALL_INTERFACES).data) == {}
        session.copy_config("running", "startup")
        assert read_modes(session.get_config("startup", ALL_INTERFACES).data) == {"Ethernet1": ACCESS_101}
        session.delete_config("startup")
        assert read_modes(session.get_config("startup", ALL_INTERFACES).data) == {}


def test_a_confirmed_commit_stays(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.commit(confirmed=True, timeout="2")
        assert running(session) == {"Ethernet1": ACCESS_101}
        session.commit()
        time.sleep(2.2)
        assert running(session) == {"Ethernet1": ACCESS_101}
    counters = switch.call(lambda: switch.device.counters)
    assert (counters.commits, counters.confirms, counters.rollbacks) == (1, 1, 0)


def test_an_unconfirmed_commit_is_rolled_back_however_often_one_asks(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.commit(confirmed=True, timeout="1")
        assert untagged(switch) == 101
        wait_until(lambda: running(session) == {}, 3)
    assert untagged(switch) == 1
    assert switch.call(lambda: switch.device.counters).rollbacks == 1


def test_an_unconfirmed_commit_is_rolled_back_when_its_session_is_lost(switch: Running) -> None:
    first = switch.connect()
    set_access(first)
    first.commit(confirmed=True, timeout="60")
    assert untagged(switch) == 101
    first._session.close()
    wait_until(lambda: untagged(switch) == 1)


def test_an_unconfirmed_commit_is_rolled_back_by_cancel_and_by_close(switch: Running) -> None:
    for ending in ("cancel_commit", "close_session"):
        session = switch.connect()
        set_access(session)
        session.commit(confirmed=True, timeout="60")
        assert untagged(switch) == 101
        getattr(session, ending)()
        wait_until(lambda: untagged(switch) == 1)


def test_another_session_neither_commits_nor_confirms_meanwhile(switch: Running) -> None:
    with switch.connect() as first, switch.connect() as second:
        set_access(first)
        first.commit(confirmed=True, timeout="60")
        assert refused(second.commit)[0].tag == "in-use"
        assert refused(second.lock, "running")[0].tag == "lock-denied"
        first.commit()
        second.lock("running")


def test_a_persistent_confirmed_commit_is_confirmed_by_its_token(switch: Running) -> None:
    first = switch.connect()
    set_access(first)
    first.commit(confirmed=True, timeout="60", persist="token")
    first.close_session()
    with switch.connect() as second:
        assert refused(second.commit)[0].tag == "in-use"
        assert refused(second.commit, persist_id="other")[0].tag == "invalid-value"
        assert running(second) == {"Ethernet1": ACCESS_101}
        second.commit(persist_id="token")
    assert untagged(switch) == 101


def test_a_killed_session_is_cut_and_its_locks_are_free(switch: Running) -> None:
    victim = switch.connect()
    victim.lock("candidate")
    with switch.connect() as killer:
        killer.kill_session(victim.session_id)
        killer.lock("candidate")
        with pytest.raises(Exception, match=r"."):
            victim.get_config("running")
        assert refused(killer.kill_session, victim.session_id)[0].tag == "invalid-value"


def test_subscribers_hear_of_changes_and_confirmations(switch: Running) -> None:
    def next_events(session: Any, count: int) -> list[str]:
        events = [session.take_notification(timeout=5) for _ in range(count)]
        names = [etree.QName(event.notification_ele[1]).localname for event in events]
        texts = [event.notification_ele.findtext(".//{*}confirm-event") for event in events]
        return [text or name for name, text in zip(names, texts, strict=True)]

    with switch.connect() as listener, switch.connect() as session:
        listener.create_subscription()
        set_access(session)
        session.commit(confirmed=True, timeout="1")
        assert next_events(listener, 2) == ["netconf-config-change", "start"]
        assert next_events(listener, 1) == ["timeout"]
        switch.call(lambda: switch.device.move_port("Ethernet2", 7))
        assert next_events(listener, 1) == ["netconf-config-change"]
        assert running(listener)["Ethernet2"]["access-vlan"] == ["7"]


def test_an_unknown_operation_is_refused_and_the_session_goes_on(switch: Running) -> None:
    with switch.connect() as session:
        assert refused(session.dispatch, to_ele('<fly xmlns="urn:x"/>'))[0].tag == "operation-not-supported"
        assert running(session) == {}


def test_more_sessions_than_the_switch_carries_are_turned_away(start: Any) -> None:
    switch = start(SwitchDevice("sw-1", PORTS, latency_s=(0, 0), max_sessions=1))
    with switch.connect(), pytest.raises(Exception, match=r"."):
        switch.connect(timeout=3)


def test_a_request_is_counted_by_its_name(switch: Running) -> None:
    with switch.connect() as session:
        set_access(session)
        session.commit()
        running(session)
    counters = switch.call(lambda: switch.device.counters)
    assert (counters.sessions, counters.edits, counters.commits, counters.get_configs) == (1, 1, 1, 1)
    assert dict(counters.by_rpc)["edit-config"] == 1
