"""The network as a whole, told of changes one by one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.network import IsolationLog, Member, Network
from reconciler.lab.reachability import Cabling, Jack, Place
from reconciler.lab.switch.effective import PortState

CABLING = Cabling({"a/eth1": (Jack("s", "1"),), "b/eth1": (Jack("s", "2"),)})


def guest(name: str, host: str, vlan: int | None = None) -> Member:
    stack = () if vlan is None else (vlan,)
    return Member(name, host, f"mac of {name}", Place(f"{host}/eth1", stack), "a uuid")


def make(left: int = 701, right: int = 701) -> Network:
    network = Network(CABLING, (Member("eth1", "a", "mac", Place("a/eth1", ())),))
    network.set_ports("s", {"1": PortState(untagged=left), "2": PortState(untagged=right)})
    return network


def names(groups) -> list[list[str]]:
    return [sorted(member.name for member in group) for group in groups]


def test_a_nodes_own_interface_is_with_the_guests_on_its_cable() -> None:
    network = make()
    network.set_machines("a", [guest("x", "a")])
    network.set_machines("b", [guest("y", "b")])
    assert names(network.groups()) == [["eth1", "x", "y"]]


def test_a_meeting_is_remembered_after_it_has_ended() -> None:
    network = make(right=702)
    network.set_machines("a", [guest("x", "a")])
    network.set_machines("b", [guest("y", "b")])
    assert not network.history()
    network.set_ports("s", {"2": PortState(untagged=701)})
    network.set_ports("s", {"2": PortState(untagged=702)})
    assert [len(seen.members) for seen in network.history()] == [2]
    network.set_machines("b", [])
    network.forget()
    assert not network.history()


def test_a_leak_in_one_direction_is_remembered_though_nobody_can_converse() -> None:
    network = make()
    network.set_machines("a", [guest("x", "a", vlan=701)])
    network.set_machines("b", [guest("y", "b")])
    assert ["x"] in names(network.groups())
    assert [len(seen.members) for seen in network.history()] == [2]


def test_a_machine_with_two_nics_joins_nothing() -> None:
    network = make(right=702)
    both = [guest("x", "a"), Member("x", "a", "second", Place("b/eth1", ()), "a uuid")]
    network.set_machines("a", [*both, guest("z", "a")])
    network.set_machines("b", [guest("y", "b")])
    assert [len(seen.members) for seen in network.history()] == [2, 2]


def test_a_nodes_interface_is_remembered_by_the_mark_on_its_port_while_there_is_one() -> None:
    network = make(right=702)
    network.set_machines("b", [guest("y", "b")])
    network.set_ports("s", {"1": PortState(untagged=702)})
    assert not network.history()
    network.set_ports("s", {"1": PortState(untagged=702, description="xr:v1:lille:alpha:1:1")})
    network.set_ports("s", {"1": PortState(untagged=701)})
    (seen,) = network.history()
    assert seen.members == {"xr:v1:lille:alpha:1:1@a/mac", "y@b/mac of y"}


GROUPS = st.lists(st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=4), max_size=12)


@settings(deadline=None)
@given(GROUPS)
def test_no_pair_that_ever_met_is_lost(moments) -> None:
    log = IsolationLog()
    for moment in moments:
        log.record(moment, 0.0)
    met = {(a, b) for moment in moments for members in moment for a in members for b in members if a != b}
    kept = {(a, b) for seen in log.groups for a in seen.members for b in seen.members if a != b}
    assert kept == met


@settings(deadline=None)
@given(GROUPS)
def test_no_group_is_kept_that_another_contains(moments) -> None:
    log = IsolationLog()
    for moment in moments:
        log.record(moment, 0.0)
    kept = [seen.members for seen in log.groups]
    assert not any(a <= b for a in kept for b in kept if a is not b)


def test_every_group_says_when_it_was_first_seen() -> None:
    log = IsolationLog()
    log.record([["a", "b"]], 1.0)
    log.record([["a", "b"], ["c", "d"]], 2.0)
    assert [(seen.sequence, seen.seconds, sorted(seen.members)) for seen in log.groups] == [
        (1, 1.0, ["a", "b"]),
        (2, 2.0, ["c", "d"]),
    ]


def test_a_machine_alone_is_no_meeting() -> None:
    log = IsolationLog()
    log.record([["a"]], 1.0)
    assert not log.groups
