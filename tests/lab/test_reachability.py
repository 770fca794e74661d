"""Broadcast domains computed from switch settings and cables."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.reachability import S_TAG, Cabling, Fabric, Jack, Place, group, group_leaks
from reconciler.lab.switch.effective import ALL, PortState, Push

DOWN = PortState(up=False, untagged=701, tagged=frozenset(), pushes=(), description="")


def access(vlan: int) -> PortState:
    return PortState(up=True, untagged=vlan, tagged=frozenset(), pushes=(), description="")


def trunk(*vlans: int, native: int | None = None) -> PortState:
    return PortState(up=True, untagged=native, tagged=frozenset(vlans), pushes=(), description="")


def open_trunk(native: int | None = 1) -> PortState:
    return PortState(up=True, untagged=native, tagged=ALL, pushes=(), description="")


def tunnel(s_vlan: int, *c_vlans: int, tpid: int = S_TAG, pops: bool = True) -> PortState:
    return PortState(untagged=None, pushes=(Push(s_vlan, frozenset(c_vlans), tpid, pops),))


def groups(segments, ports, members, by=group, tagged_only=()):
    """``segments``: name → jacks as ``switch:port``; ``members``: name → (segment, *stack)."""
    jack = lambda text: Jack(*text.split(":"))  # noqa: E731 - three lines of local shorthand
    cabling = Cabling({name: tuple(map(jack, jacks)) for name, jacks in segments.items()}, frozenset(tagged_only))
    fabric = Fabric(cabling, {jack(name): state for name, state in ports.items()})
    return by(fabric, ((name, Place(segment, tuple(stack))) for name, (segment, *stack) in members.items()))


TWO_HOSTS = {"a": ["s:1"], "b": ["s:2"]}


def pair(left, right, a=("a",), b=("b",), by=group) -> bool:
    """Whether machines behind two ports of one switch see each other."""
    return len(groups(TWO_HOSTS, {"s:1": left, "s:2": right}, {"x": a, "y": b}, by)) == 1


def test_ports_of_one_access_vlan_see_each_other() -> None:
    assert pair(access(701), access(701))


def test_ports_of_two_access_vlans_do_not() -> None:
    assert not pair(access(701), access(702), by=group_leaks)


def test_a_port_that_is_down_passes_nothing() -> None:
    assert not pair(DOWN, access(701), by=group_leaks)


def test_a_tagged_machine_behind_a_trunk_sees_an_access_port_of_its_vlan() -> None:
    assert pair(trunk(701), access(701), a=("a", 701))
    assert not pair(trunk(702), access(701), a=("a", 701), by=group_leaks)
    assert not pair(trunk(701), access(701), a=("a",), by=group_leaks)


def test_a_trunk_that_carries_all_joins_what_should_be_apart() -> None:
    assert pair(open_trunk(), access(701), a=("a", 701))
    assert pair(open_trunk(), access(702), a=("a", 702))


def test_unconfigured_ports_are_all_in_vlan_1() -> None:
    assert pair(access(1), open_trunk())


def test_a_machine_that_tags_frames_on_an_access_port_talks_to_nobody_but_may_be_heard() -> None:
    assert not pair(access(701), access(701), a=("a", 701))
    assert pair(access(701), access(701), a=("a", 701), by=group_leaks)


def test_machines_on_one_bridge_see_each_other_though_the_port_is_down() -> None:
    assert groups(TWO_HOSTS, {"s:1": DOWN}, {"x": ("a", 701), "y": ("a", 701), "z": ("a",)}) == (("x", "y"), ("z",))


def test_a_bridge_with_two_uplinks_joins_two_vlans() -> None:
    cabling = Cabling({"a": (Jack("s", "1"),), "b": (Jack("s", "2"),)})
    fabric = Fabric(cabling, {Jack("s", "1"): trunk(701, 702), Jack("s", "2"): trunk(701, 702)})
    members = [("x", Place("a", (701,))), ("y", Place("b", (702,))), ("z", Place("a", (701,)))]
    assert group(fabric, members) == (("x", "z"), ("y",))
    assert group(fabric, [*members, ("z", Place("a", (702,)))]) == (("x", "y", "z"),)


def test_different_native_vlans_on_one_cable_leak() -> None:
    segments = {"a": ["s:1"], "b": ["t:1"], "cable": ["s:9", "t:9"]}
    ports = {"s:1": access(701), "t:1": access(702), "s:9": trunk(native=701), "t:9": trunk(native=702)}
    assert groups(segments, ports, {"x": ("a",), "y": ("b",)}) == (("x", "y"),)


def test_two_nodes_said_to_be_on_one_port_share_it() -> None:
    assert groups({"a": ["s:1"], "b": ["s:1"]}, {"s:1": access(701)}, {"x": ("a",), "y": ("b",)}) == (("x", "y"),)


BACKBONE = {
    "a": ["s:1"],
    "b": ["t:1"],
    "s loop": ["s:8", "s:9"],
    "t loop": ["t:8", "t:9"],
    "wan": ["s:10", "t:10"],
}


def over_the_backbone(s_vlan_here=1000, s_vlan_there=1000, pushed=(720,), carried=(1000,), vlan=720, **more) -> bool:
    ports = {
        "s:1": access(vlan), "s:8": trunk(vlan), "s:9": tunnel(s_vlan_here, *pushed), "s:10": trunk(*carried),
        "t:1": access(vlan), "t:8": trunk(vlan), "t:9": tunnel(s_vlan_there, 720), "t:10": trunk(1000, 1001),
    }  # fmt: skip
    ports |= more.pop("ports", {})
    members = more.pop("members", {"x": ("a",), "y": ("b",)})
    return len(groups(BACKBONE, ports, members, more.pop("by", group_leaks), ["wan"])) == 1


def test_one_s_tag_joins_two_sites() -> None:
    assert over_the_backbone()
    assert over_the_backbone(by=group)


def test_a_tunnel_that_does_not_pop_or_tags_with_another_ethertype_joins_nothing() -> None:
    for wrong in (tunnel(1000, 720, pops=False), tunnel(1000, 720, tpid=0x8100)):
        assert not over_the_backbone(ports={"s:9": wrong}, by=group)


def test_another_s_tag_isolates() -> None:
    assert not over_the_backbone(s_vlan_there=1001)
    assert not over_the_backbone(s_vlan_here=1001, carried=(1000,))


def test_a_customer_tag_that_is_not_pushed_isolates() -> None:
    assert not over_the_backbone(pushed=(721,))
    assert not over_the_backbone(vlan=721, pushed=(721,))


def test_a_backbone_port_that_does_not_carry_the_s_tag_isolates() -> None:
    assert not over_the_backbone(carried=(1001,))


def test_two_experiments_with_one_customer_tag_are_kept_apart_by_their_s_tags() -> None:
    assert not over_the_backbone(s_vlan_here=1001, carried=(1000, 1001))


def test_the_backbone_drops_frames_without_a_tag() -> None:
    ports = {"s:10": access(100), "t:10": access(100), "s:1": access(100), "t:1": access(100)}
    assert not over_the_backbone(ports=ports)


def test_an_access_port_in_the_s_vlan_hears_what_the_tunnel_carries() -> None:
    ports = {"s:1": access(720), "s:11": access(1000)}
    segments = BACKBONE | {"spy": ["s:11"]}
    ports |= {"s:8": trunk(720), "s:9": tunnel(1000, 720)}
    members = {"x": ("a",), "spy": ("spy", 720)}
    assert len(groups(segments, ports, members)) == 2
    assert len(groups(segments, ports, members, group_leaks)) == 1


def test_tunnels_in_a_ring_of_open_trunks_come_to_an_end() -> None:
    ring = {"a": ["s:1"], "c1": ["s:2", "s:3"], "c2": ["s:4", "s:5"]}
    pushing = PortState(up=True, untagged=1, tagged=ALL, pushes=(Push(5, frozenset(range(2, 4095))),), description="")
    assert groups(ring, {f"s:{n}": pushing for n in range(1, 6)}, {"x": ("a", 9)}) == (("x",),)


VLANS = st.sampled_from([701, 702, 703])
SWITCHES = st.integers(0, 3)


@settings(deadline=None)
@given(
    hosts=st.lists(st.tuples(SWITCHES, VLANS, st.booleans()), min_size=1, max_size=8),
    links=st.lists(st.tuples(SWITCHES, SWITCHES, st.frozensets(VLANS), st.frozensets(VLANS)), max_size=6),
)
def test_vlans_never_meet_when_every_port_is_explicit_whatever_the_cabling(hosts, links) -> None:
    segments, ports, members = {}, {}, {}
    for n, (switch, vlan, tagged) in enumerate(hosts):
        segments[f"h{n}"], ports[f"s{switch}:h{n}"] = [f"s{switch}:h{n}"], trunk(vlan) if tagged else access(vlan)
        members[f"{vlan}-{n}"] = (f"h{n}", vlan) if tagged else (f"h{n}",)
    for n, (left, right, here, there) in enumerate(links):
        segments[f"c{n}"] = [f"s{left}:l{n}", f"s{right}:r{n}"]
        ports |= {f"s{left}:l{n}": trunk(*here), f"s{right}:r{n}": trunk(*there)}
    for found in groups(segments, ports, members, group_leaks):
        assert len({name.split("-")[0] for name in found}) == 1


@settings(deadline=None)
@given(st.lists(st.tuples(SWITCHES, VLANS), min_size=1, max_size=8))
def test_open_trunks_join_all_machines_of_a_vlan(hosts) -> None:
    segments = {f"h{n}": [f"s{switch}:h{n}"] for n, (switch, _) in enumerate(hosts)}
    ports = {f"s{switch}:h{n}": access(vlan) for n, (switch, vlan) in enumerate(hosts)}
    for n in range(3):
        segments[f"c{n}"] = [f"s{n}:up{n}", f"s{n + 1}:down{n}"]
        ports |= {f"s{n}:up{n}": open_trunk(), f"s{n + 1}:down{n}": open_trunk()}
    members = {f"{vlan}-{n}": (f"h{n}",) for n, (_, vlan) in enumerate(hosts)}
    assert len(groups(segments, ports, members)) == len({vlan for _, vlan in hosts})


def test_600_machines_on_30_hosts_take_well_under_half_a_second() -> None:
    segments = {f"h{n}": [f"s{n % 2}:h{n}"] for n in range(30)} | {"c": ["s0:up", "s1:up"]}
    vlans = tuple(range(700, 720))
    ports = {f"s{n % 2}:h{n}": trunk(*vlans) for n in range(30)} | {"s0:up": trunk(*vlans), "s1:up": trunk(*vlans)}
    members = {f"vm-{n}": (f"h{n % 30}", 700 + n % 20) for n in range(600)}
    before = time.process_time()
    assert len(groups(segments, ports, members)) == 20
    assert time.process_time() - before < 0.5
