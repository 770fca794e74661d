from __future__ import annotations

import asyncio
import json

import pytest

from reconciler.lab.switch.roster import SwitchLink
from reconciler.lab.switch.rpc_error import RpcFailure
from tests.lab.switch.console import Console, device
from tests.lab.switch.payloads import access, config, port, trunk


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
    assert switch.open_session(SwitchLink("late", lambda: None, console.events.append)) is None
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


def test_latencies_follow_from_the_seed() -> None:
    first, again, other = device(seed=1), device(seed=1), device(seed=2)
    drawn = [[switch.next_latency_s() for _ in range(5)] for switch in (first, again, other)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(0.001 <= latency <= 0.005 for latency in drawn[0])
