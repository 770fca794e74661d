"""What the world does by itself: cables, power, runner, dead machines, spec after spec; and the quiet afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from reconciler.drivers.switch.device import Mode, Port
from reconciler.drivers.switch.ownership import parse_mark
from reconciler.store import stale_state
from tests.simulation.devices.host import Dom0
from tests.simulation.people import Person
from tests.simulation.plans import Happening
from tests.simulation.world import World

STRAY = "xr:v1:north:stranger:00000000:7"


def befall(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """Have it happen now; nothing happens where it makes no sense (no guest to end, nobody to rival)."""
    world.trace.note("happening", happening.kind, str(happening.pick))
    _ACTS[happening.kind](world, people, happening)


def calm(world: World) -> None:
    """Faults are over: links are up, nodes run, nobody's hand or mark is in the way."""
    world.faults.quiet = True
    world.cut_off.clear()
    world.spoilt.clear()
    world.machines.skews_s.clear()
    for name in sorted(world.hosts):
        _power_on(world, world.hosts[name])
    for name in sorted(world.switches):
        world.switches[name].send_home()
    _remove_strays(world)


def _partition(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    endpoints = [f"openconfig@{name}" for name in sorted(world.switches)]
    endpoints += [f"xen@{name}" for name in sorted(world.hosts)] + [f"kadeploy@{name}" for name in world.deployers]
    world.cut_off[endpoints[happening.pick % len(endpoints)]] = world.scheduler.now_s + happening.for_s


def _hand(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """A person changes something of an experiment's, in a way that can be put right."""
    edits = [*_port_edits(world), *_host_edits(world)]
    if edits:
        edits[happening.pick % len(edits)]()


def _port_edits(world: World) -> list[Callable[[], None]]:
    edits: list[Callable[[], None]] = []
    for name in sorted(world.switches):
        switch = world.switches[name]
        for port in sorted(switch.running.values(), key=lambda port: port.name):
            if parse_mark(port.description) is not None:
                for changed in (replace(port, enabled=False), replace(port, entries=(), mode=Mode.ACCESS, access=1)):
                    edits.append(lambda s=switch, p=changed: s.by_hand(p))  # type: ignore[misc]  # bound early
    return edits


def _host_edits(world: World) -> list[Callable[[], None]]:
    edits: list[Callable[[], None]] = []
    for name in sorted(world.hosts):
        host = world.hosts[name]
        for uuid in sorted(host.guests):
            edits.append(lambda h=host, u=uuid: h.end_by_hand(u))  # type: ignore[misc]  # bound early
            edits.append(lambda h=host, u=uuid: h.by_hand(u, state="paused"))  # type: ignore[misc]
            edits.append(lambda h=host, u=uuid: h.by_hand(u, state="crashed"))  # type: ignore[misc]
        for link in sorted(host.links):
            edits.append(lambda h=host, k=link: h.cut_link(k))  # type: ignore[misc]
    return edits


def _rename(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """A person gives every guest another name."""
    for name in sorted(world.hosts):
        for uuid in sorted(world.hosts[name].guests):
            world.hosts[name].by_hand(uuid, name="misnamed")


def _pause_guests(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    for name in sorted(world.hosts):
        for uuid in sorted(world.hosts[name].guests):
            world.hosts[name].by_hand(uuid, state="paused")


def _stranger(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """Somebody starts a guest of his own with an address that is leased to us."""
    for name in sorted(world.hosts):
        for guest in [world.hosts[name].guests[uuid] for uuid in sorted(world.hosts[name].guests)]:
            uuid = f"{'e' * 8}{guest.domain.uuid[8:]}"
            world.hosts[name].let_in(replace(guest.domain, name="stranger", uuid=uuid, disk=""))
            return


def _death(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    host = world.hosts[sorted(world.hosts)[happening.pick % len(world.hosts)]]
    host.up = False
    host.restart()
    world.later(happening.for_s, lambda: _power_on(world, host))


def _power_on(world: World, host: Dom0) -> None:
    if not world.is_being_imaged(host.host):
        host.up = True


def _restart(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    things = [world.switches[name] for name in sorted(world.switches)] + [world.hosts[n] for n in sorted(world.hosts)]
    things[happening.pick % len(things)].restart()


def _rival(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    names = sorted(people)
    person = people[names[happening.pick % len(names)]]
    if person.starts and not person.over:
        world.start(person.experiment, person.goal, f"m{(person.starts + 1) % world.history.machines}")


def _held(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """A person works on a switch, and has its locks for a while."""
    names = sorted(world.switches)
    world.switches[names[happening.pick % len(names)]].hold_by_hand(happening.for_s)


def _power(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """The machines of the reconcilers lose power: everybody there dies, and the database is what was committed."""
    _end_all(world)
    world.durable.cut_power()


def _copy(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """Somebody copies the database."""
    world.durable.copy = world.durable.now.image()


def _put_back(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """The machines of the reconcilers break, and the copy takes the place of the database."""
    if world.durable.copy is None:
        return
    _end_all(world)
    world.durable.put(world.durable.copy)
    with world.durable.now.reading() as db:
        world.checkers.rewind(stale_state.latest(db))
    world.read_truth()


def _end_all(world: World) -> None:
    for process in world.processes:
        world.kill(process)
    for machine in range(world.history.machines):
        world.machines.restart(f"m{machine}")


def _forget(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    world.deployers[sorted(world.deployers)[happening.pick % len(world.deployers)]].restart()


def _spoil(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    nodes = sorted(node for deployer in world.deployers.values() for node in deployer.nodes)
    world.spoilt[nodes[happening.pick % len(nodes)]] = 1 + happening.pick % 2


def _skew(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    machine = f"m{happening.pick % world.history.machines}"
    world.machines.skews_s[machine] = (3600.0, -3600.0, 100.0)[happening.pick % 3]


def _stray(world: World, people: Mapping[str, Person], happening: Happening) -> None:
    """Somebody else's mark on a port that nobody has."""
    free = [
        (switch, port)
        for name in sorted(world.switches)
        for switch in (world.switches[name],)
        for port in sorted(switch.running.values(), key=lambda port: port.name)
        if not port.description and not port.is_trunk and not port.tunnels
    ]
    if free:
        switch, port = free[happening.pick % len(free)]
        switch.by_hand(replace(port, description=STRAY, enabled=False))
        world.later(happening.for_s, lambda: _remove_strays(world))


def _remove_strays(world: World) -> None:
    for name in sorted(world.switches):
        switch = world.switches[name]
        for port in list(switch.running.values()):
            if port.description == STRAY:
                switch.by_hand(Port(port.name, access=world.parked_in(name)), tries=1000)


_ACTS: Mapping[str, Callable[[World, Mapping[str, Person], Happening], None]] = {
    "partition": _partition,
    "hand": _hand,
    "rename": _rename,
    "stranger": _stranger,
    "pause guest": _pause_guests,
    "death": _death,
    "restart": _restart,
    "rival": _rival,
    "held": _held,
    "power": _power,
    "copy": _copy,
    "put back": _put_back,
    "forget": _forget,
    "spoil": _spoil,
    "skew": _skew,
    "stray": _stray,
}
