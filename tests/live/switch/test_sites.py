"""Two experiments on two real sites: the driver sets the switches, and the hosts say who can see whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from lxml import etree

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.openconfig.edit import stamp_edit
from reconciler.drivers.switch.openconfig.interfaces import INTERFACES, parse_ports
from reconciler.drivers.switch.session import Store
from reconciler.drivers.switch.stamping import marks_of
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.outcome import Done
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.fence import FENCE
from tests.live.switch.agent import PortConfig, read_settings
from tests.live.switch.ovs import capture
from tests.live.switch.sites import PRODUCTION, Sites, sites

RED, BLUE = 701, 702
S_VLAN = 1000


def tag(experiment: str, host: str, port: str) -> str:
    return f"xr:v1:{host.rpartition('.')[2]}:{experiment}:{sum(port.encode()):08x}"


def edge(experiment: str, host: str, port: str, access: int | None = None, trunk: tuple[int, ...] = ()) -> EdgePort:
    return EdgePort(port, tag(experiment, host, port), access, trunk)


def resources(experiment: str, slices: Mapping[str, SwitchSlice]) -> list[Resource[SwitchSlice]]:
    """Switches without machines first: the core is there before an edge."""
    order = sorted(slices, key=lambda host: (bool(slices[host].ports), host))
    return [Resource(Address("switch", experiment, h), Endpoint("openconfig", h), slices[h]) for h in order]


def red() -> list[Resource[SwitchSlice]]:
    """An access port and a tagging machine at Lille, an access port at Nancy, one network over both."""
    one, two, far = "sw-1.lille", "sw-2.lille", "sw-1.nancy"
    ends = (Carried("up", (RED,)), Carried("wan", (S_VLAN,)))
    tunnels = (Tunnel("uni", S_VLAN, (RED,)),)
    return resources(
        "red",
        {
            one: SwitchSlice(
                (edge("red", one, "d0", trunk=(RED,)), edge("red", one, "h1", RED)),
                (Carried("link", (RED,)),),
                (),
                PRODUCTION,
            ),
            two: SwitchSlice((), (Carried("link", (RED,)), *ends), tunnels, PRODUCTION),
            far: SwitchSlice((edge("red", far, "h4", RED),), ends, tunnels, PRODUCTION),
        },
    )


def blue() -> list[Resource[SwitchSlice]]:
    """Two access ports on the two switches of Lille."""
    one, two = "sw-1.lille", "sw-2.lille"
    return resources(
        "blue",
        {
            one: SwitchSlice((edge("blue", one, "h2", BLUE),), (Carried("link", (BLUE,)),), (), PRODUCTION),
            two: SwitchSlice((edge("blue", two, "h3", BLUE),), (Carried("link", (BLUE,)),), (), PRODUCTION),
        },
    )


def running(world: Sites) -> dict[str, Mapping[str, Port]]:
    pool, whole = world.driver.pool, etree.Element(f"{{{INTERFACES}}}interfaces")
    return {host: parse_ports(pool.session(host).read(Store.RUNNING, whole)) for host in world.servers}


def data_plane(world: Sites) -> dict[str, dict[str, str]]:
    return {host: switch.ports() for host, switch in world.switches.items()}


def create(world: Sites, wanted: list[Resource[SwitchSlice]]) -> None:
    for resource in wanted:
        step = world.driver.plan(Change(resource, None, resource.spec))
        assert list(world.driver.apply(resource.endpoint, [step], FENCE)) == [
            Done(resource.address, Present(resource.spec))
        ]
    settle(world)


def destroy(world: Sites, wanted: list[Resource[SwitchSlice]]) -> None:
    for resource in reversed(wanted):
        seen = world.driver.observe(resource.endpoint, [resource], FENCE)[resource.address]
        assert isinstance(seen, Present)
        step = world.driver.plan(Change(resource, seen.spec, None))
        assert list(world.driver.apply(resource.endpoint, [step], FENCE)) == [Done(resource.address, Absent())]
    settle(world)


def settle(world: Sites) -> None:
    """Wait until each data plane is as its server says, seen from a second look."""
    for host, server in world.servers.items():
        with server.connect() as session:
            said = read_settings(session.get_config("running").data_ele, frozenset({"wan"}))
        assert world.agents[host].settled(lambda now, said=said: now == said)


def sees(world: Sites, here: str, there: str) -> bool:
    return world.hosts[here].sees(world.hosts[there])


@pytest.fixture(scope="module")
def started(models: Path) -> Iterator[Sites]:
    with sites(models) as world:
        yield world


@pytest.fixture
def world(started: Sites) -> Iterator[Sites]:
    """Two experiments, there and then gone again: everything must then be as it was."""
    before, plane = running(started), data_plane(started)
    create(started, red())
    create(started, blue())
    yield started
    destroy(started, blue())
    destroy(started, red())
    assert running(started) == before
    assert data_plane(started) == plane


def test_members_of_an_experiment_see_each_other_and_nobody_else(world: Sites) -> None:
    together = [("h1", "vm1"), ("h1", "h4"), ("vm1", "h4"), ("h2", "h3")]
    apart = [("h1", "h2"), ("h1", "h3"), ("h4", "h5"), ("h2", "vm2"), ("h3", "h4"), ("vm1", "h2"), ("vm2", "h3")]
    assert [pair for pair in together if not sees(world, *pair)] == []
    assert [pair for pair in apart if sees(world, *pair)] == []


def test_full_sized_frames_pass_between_the_sites(world: Sites) -> None:
    assert world.hosts["h1"].pings(world.hosts["h4"], size=1472)


def test_between_the_sites_every_frame_has_both_tags(world: Sites) -> None:
    with capture(world.switches["sw-2.lille"], "wan") as frames:
        assert world.hosts["vm1"].pings(world.hosts["h4"])
        sees(world, "h2", "h4")
    assert frames
    assert [line for line in frames if "0x88a8" not in line or f"vlan {S_VLAN}" not in line] == []
    assert [line for line in frames if f"vlan {RED}" not in line] == []


def test_a_second_look_finds_nothing_to_do(world: Sites) -> None:
    edits = [len(agent.history) for agent in world.agents.values()]
    for resource in (*red(), *blue()):
        assert world.driver.observe(resource.endpoint, [resource], FENCE)[resource.address] == Present(resource.spec)
    assert [len(agent.history) for agent in world.agents.values()] == edits


def test_no_port_was_ever_in_a_vlan_of_another(world: Sites) -> None:
    """In every state that the data plane went through, from before the first edit."""
    own = {"h1": RED, "h2": BLUE, "h3": BLUE, "h4": RED, "h5": PRODUCTION}
    for agent in world.agents.values():
        for state in agent.history:
            for port, setting in state.items():
                if port in own:
                    assert setting in (
                        PortConfig("br-c", "access", str(PRODUCTION)),
                        PortConfig("br-c", "access", str(own[port])),
                    )
                assert setting.vlan_mode != "trunk" or setting.trunks


def test_a_port_moved_by_hand_is_cut_off_seen_and_brought_back(world: Sites) -> None:
    resource = next(r for r in red() if r.endpoint.host == "sw-1.nancy")
    hand = SwitchSlice((EdgePort("h4", resource.spec.ports[0].tag, 705),))
    change = Change(resource, None, hand)
    (edit,) = world.driver.plan(change).commands
    with world.servers["sw-1.nancy"].connect() as session:
        session.edit_config(stamp_edit(edit, marks_of(change, {}, FENCE)).element(), target="candidate")
        session.commit()
    settle(world)
    assert not sees(world, "h1", "h4")
    seen = world.driver.observe(resource.endpoint, [resource], FENCE)[resource.address]
    assert isinstance(seen, Present)
    assert seen.spec.ports == hand.ports
    step = world.driver.plan(Change(resource, seen.spec, resource.spec))
    assert list(world.driver.apply(resource.endpoint, [step], FENCE)) == [
        Done(resource.address, Present(resource.spec))
    ]
    settle(world)
    assert sees(world, "h1", "h4")
