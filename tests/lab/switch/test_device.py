from __future__ import annotations

import asyncio
import json

import pytest
from lxml import etree

from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.names import NOTIFICATION, netconf
from reconciler.lab.switch.operations import Reply
from reconciler.lab.switch.roster import Link
from reconciler.lab.switch.rpc_error import RpcFailure
from tests.lab.switch.payloads import NAMESPACES, NETCONF, SPACES, access, config, port, trunk

PORTS = ("Ethernet1", "Ethernet2")


class Console:
    """Sessions without a network."""

    def __init__(self, device: SwitchDevice) -> None:
        self.device = device
        self.events: list[etree._Element] = []
        self.cut: list[str] = []

    def join(self, user: str = "u") -> int:
        session_id = self.device.open_session(Link(user, lambda: self.cut.append(user), self.events.append))
        assert session_id is not None
        return session_id

    def ask(self, session_id: int, operation: str) -> Reply:
        return self.device.perform(session_id, etree.fromstring(f'<x xmlns="{NETCONF}">{operation}</x>')[0])

    def edit(self, session_id: int, *ports: str) -> Reply:
        return self.ask(session_id, f"<edit-config><target><candidate/></target>{config(*ports)}</edit-config>")

    def subscribe(self, session_id: int) -> None:
        self.ask(session_id, f'<create-subscription xmlns="{NOTIFICATION}"/>')

    def names_of_events(self) -> list[str]:
        return [etree.QName(event[1]).localname for event in self.events]


def device(**options: object) -> SwitchDevice:
    return SwitchDevice("sw-1", PORTS, **options)  # type: ignore[arg-type] - keywords of the constructor


def test_a_switch_with_a_production_vlan_starts_with_all_ports_in_it_explicitly() -> None:
    switch = device(production=100)
    assert [state.untagged for state in switch.port_states().values()] == [100, 100]
    assert switch.running_xml() == switch.startup_xml()
    assert switch.running_xml().count(b"<access-vlan>100</access-vlan>") == 2


def test_a_baseline_comes_on_top_of_production() -> None:
    switch = device(production=100, baseline=config(port("Ethernet2", modes=trunk(7))).encode())
    assert [state.untagged for state in switch.port_states().values()] == [100, None]


@pytest.mark.parametrize("text", [b"<nonsense", config(port("Ethernet9")).encode()])
def test_a_wrong_baseline_is_refused(text: bytes) -> None:
    with pytest.raises((ValueError, RpcFailure)):
        device(baseline=text)


def test_a_person_moves_a_port_and_everyone_hears_of_it() -> None:
    changes: list[int] = []
    switch = device(on_change=lambda: changes.append(1))
    console = Console(switch)
    console.subscribe(console.join())
    switch.move_port("Ethernet1", 5)
    assert switch.port_states()["Ethernet1"].untagged == 5
    assert (console.names_of_events(), changes) == (["netconf-config-change"], [1])
    assert console.events[0].findtext(".//{*}username") == "console"
    switch.move_port("Ethernet1", 5)
    assert changes == [1]


def test_a_person_waits_for_the_lock_of_running() -> None:
    switch = device()
    console = Console(switch)
    console.ask(console.join(), "<lock><target><running/></target></lock>")
    with pytest.raises(RpcFailure, match="in-use"):
        switch.move_port("Ethernet1", 5)


@pytest.mark.parametrize(("name", "vlan"), [("Ethernet9", 5), ("Ethernet1", 5000)])
def test_a_person_cannot_do_the_impossible(name: str, vlan: int) -> None:
    with pytest.raises(RpcFailure, match="invalid-value"):
        device().move_port(name, vlan)


def test_state_survives_a_restart() -> None:
    switch = device(production=100)
    console = Console(switch)
    session = console.join()
    console.edit(session, port("Ethernet1", modes=access(5)))
    console.ask(session, "<commit/>")
    switch.break_("refuse", count=None)
    again = device()
    again.load(switch.dump())
    assert again.running_xml() == switch.running_xml() != again.startup_xml() == switch.startup_xml()
    assert again.counters == switch.counters
    assert again.faults.waiting == switch.faults.waiting
    assert again.counters.edits == again.counters.commits == again.counters.sessions == 1


def test_a_restart_does_not_keep_an_unconfirmed_commit() -> None:
    async def scenario() -> str:
        switch = device()
        console = Console(switch)
        session = console.join()
        console.edit(session, port("Ethernet1", modes=access(5)))
        console.ask(session, "<commit><confirmed/></commit>")
        text = switch.dump()
        switch.close()
        return text

    again = device()
    again.load(asyncio.run(scenario()))
    assert again.port_states()["Ethernet1"].untagged == 1


@pytest.mark.parametrize("change", [{"name": "sw-2"}, {"format": 2}, {"surprise": 1}, {"faults": [{"kind": "x"}]}])
def test_a_foreign_state_is_refused(change: dict[str, object]) -> None:
    text = json.dumps({**json.loads(device().dump()), **change})
    with pytest.raises(ValueError, match="saved state"):
        device().load(text)


def test_a_reboot_brings_startup_back_and_cuts_every_session() -> None:
    changes: list[int] = []
    switch = device(production=100, on_change=lambda: changes.append(1))
    console = Console(switch)
    session = console.join("first")
    console.ask(session, "<lock><target><candidate/></target></lock>")
    switch.move_port("Ethernet1", 5)
    switch.break_("reboot")
    assert console.cut == ["first"]
    assert switch.running_xml() == switch.startup_xml()
    assert len(changes) == 2
    console.ask(console.join(), "<lock><target><candidate/></target></lock>")


def test_offline_lasts_until_it_is_repaired() -> None:
    switch = device()
    console = Console(switch)
    console.join("first")
    switch.break_("offline")
    assert (switch.offline, console.cut) == (True, ["first"])
    switch.repair()
    assert not switch.offline


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="explode"):
        device().break_("explode")


def test_a_full_switch_takes_no_more_sessions() -> None:
    switch = device(max_sessions=2)
    console = Console(switch)
    first = console.join()
    console.join()
    assert switch.open_session(Link("late", lambda: None, console.events.append)) is None
    switch.end_session(first)
    assert console.join() == 3
    assert switch.counters.sessions == 3


def test_killing_a_session_takes_its_locks_and_its_unconfirmed_commit() -> None:
    async def scenario() -> None:
        switch = device()
        console = Console(switch)
        victim, killer = console.join("victim"), console.join("killer")
        console.ask(victim, "<lock><target><running/></target></lock>")
        console.edit(victim, port("Ethernet1", modes=access(5)))
        console.ask(victim, "<commit><confirmed/></commit>")
        assert switch.port_states()["Ethernet1"].untagged == 5
        console.ask(killer, f"<kill-session><session-id>{victim}</session-id></kill-session>")
        assert switch.port_states()["Ethernet1"].untagged == 1
        assert console.cut == ["victim"]
        console.ask(killer, "<lock><target><running/></target></lock>")
        assert switch.counters.rollbacks == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("text", ["1", "99", "x", ""])
def test_only_another_living_session_is_killed(text: str) -> None:
    console = Console(device())
    with pytest.raises(RpcFailure, match="invalid-value"):
        console.ask(console.join(), f"<kill-session><session-id>{text}</session-id></kill-session>")


@pytest.mark.parametrize(
    ("operation", "tag"),
    [
        ("<fly/>", "operation-not-supported"),
        ('<get xmlns="urn:x"/>', "operation-not-supported"),
        ("<create-subscription/>", "operation-not-supported"),
        ("<get-config/>", "missing-element"),
        ("<get-config><source/></get-config>", "invalid-value"),
        ("<get-config><source><flash/></source></get-config>", "invalid-value"),
        ("<get-config><source><running/></source><depth/></get-config>", "unknown-element"),
        ("<get><filter type='xpath' select='/x'/></get>", "operation-not-supported"),
        ("<get><filter type='fuzzy'/></get>", "bad-attribute"),
        ("<edit-config><target><candidate/></target></edit-config>", "missing-element"),
        ("<edit-config><target><running/></target><config/></edit-config>", "operation-not-supported"),
        (
            "<edit-config><target><candidate/></target><test-option>x</test-option><config/></edit-config>",
            "invalid-value",
        ),
        ("<edit-config><target><candidate/></target><url>file:///etc</url></edit-config>", "unknown-element"),
        (
            "<copy-config><target><running/></target><source><startup/></source></copy-config>",
            "operation-not-supported",
        ),
        ("<copy-config><target><startup/></target><source><startup/></source></copy-config>", "invalid-value"),
        ("<delete-config><target><running/></target></delete-config>", "operation-not-supported"),
        ("<commit><confirm-timeout>5</confirm-timeout></commit>", "missing-element"),
        ("<commit><confirmed/><confirm-timeout>0</confirm-timeout></commit>", "invalid-value"),
        ("<commit><confirmed/><confirm-timeout>soon</confirm-timeout></commit>", "invalid-value"),
        ("<cancel-commit/>", "operation-failed"),
        ("<unlock><target><running/></target></unlock>", "operation-failed"),
        ("<kill-session/>", "missing-element"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(operation: str, tag: str) -> None:
    console = Console(device())
    with pytest.raises(RpcFailure) as caught:
        console.ask(console.join(), operation)
    assert [error.tag for error in caught.value.errors] == [tag]


def test_other_modes_of_with_defaults_are_refused() -> None:
    console = Console(device())
    mode = '<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">{}</with-defaults>'
    ask = "<get-config><source><running/></source>{}</get-config>"
    session = console.join()
    assert console.ask(session, ask.format(mode.format("explicit"))).data is not None
    with pytest.raises(RpcFailure, match="invalid-value"):
        console.ask(session, ask.format(mode.format("report-all")))


def test_validate_leaves_the_candidate_to_be_committed() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.edit(session, port("Ethernet1", modes=access(5)))
    console.ask(session, "<validate><source><candidate/></source></validate>")
    console.ask(console.join(), "<validate><source><candidate/></source></validate>")
    console.ask(session, "<commit/>")
    assert switch.port_states()["Ethernet1"].untagged == 5


def test_validate_checks_a_configuration_given_in_full() -> None:
    console = Console(device())
    session = console.join()
    good, bad = config(port("Ethernet1")), config(port("Ethernet1", modes=access(5000)))
    console.ask(session, f"<validate><source>{good}</source></validate>")
    with pytest.raises(RpcFailure, match="5000"):
        console.ask(session, f"<validate><source>{bad}</source></validate>")


def edit_with(options: str) -> str:
    incomplete = "<if:interface><if:name>Ethernet1</if:name></if:interface>"
    content = f"<config {NAMESPACES}><if:interfaces>{incomplete}</if:interfaces></config>"
    return f"<edit-config><target><candidate/></target>{options}{content}</edit-config>"


@pytest.mark.parametrize(
    "options", ["", "<test-option>test-then-set</test-option>", "<test-option>test-only</test-option>"]
)
def test_an_edit_is_tested_before_it_is_set(options: str) -> None:
    switch = device()
    console = Console(switch)
    with pytest.raises(RpcFailure, match="data-missing"):
        console.ask(console.join(), edit_with(options))
    assert not switch.stores.candidate_modified


def test_an_edit_that_is_only_set_is_refused_by_the_commit() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.ask(session, edit_with("<test-option>set</test-option>"))
    assert switch.stores.candidate_modified
    with pytest.raises(RpcFailure, match="data-missing"):
        console.ask(session, "<commit/>")


def test_get_tells_the_state_of_every_port_configured_or_not() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.edit(session, port("Ethernet2", "<if:enabled>false</if:enabled>"))
    console.ask(session, "<commit/>")
    data = console.ask(session, "<get/>").data
    assert data is not None and data.tag == netconf("data")
    states = {
        found.findtext("if:name", None, SPACES): found.findtext("if:state/if:admin-status", None, SPACES)
        for found in data.iterfind(".//if:interface", SPACES)
    }
    assert states == {"Ethernet1": "UP", "Ethernet2": "DOWN"}


def test_latencies_follow_from_the_seed() -> None:
    first, again, other = device(seed=1), device(seed=1), device(seed=2)
    drawn = [[switch.next_latency_s() for _ in range(5)] for switch in (first, again, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(0.001 <= latency <= 0.005 for latency in drawn[0])
