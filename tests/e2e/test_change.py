"""An edited file changes what it says and nothing else; then there is nothing left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.e2e.devices import Devices
from tests.e2e.editing import Tree, edited, named
from tests.e2e.testbed import QUICKSTART, Testbed


@pytest.fixture
def converged(quickstart: Testbed) -> Testbed:
    """From whatever the test before made of it, back to the quickstart."""
    quickstart.apply(QUICKSTART)
    return quickstart


def change(testbed: Testbed, edit: Callable[[Tree], None]) -> tuple[Devices, Devices]:
    """Apply the edited quickstart, see that it has settled, and give the devices as they were and as they are."""
    before = testbed.devices()
    file = edited(testbed.state, edit)
    testbed.apply(file)
    after = testbed.devices()
    assert testbed.is_settled(file)
    assert testbed.groups()[0] == set(after.guests)
    return before, after


def count(client: int, server: int) -> Callable[[Tree], None]:
    def edit(spec: Tree) -> None:
        named(spec["vms"], "client")["count"] = client
        named(spec["vms"], "server")["count"] = server

    return edit


def of(group: str, indices: range) -> set[str]:
    return {f"quickstart-{group}-{index}" for index in indices}


def held(testbed: Testbed) -> Counter[str]:
    return Counter(row["holder"] for row in testbed.held("quickstart"))


def test_from_twenty_four_vms_to_thirty_to_twelve_the_others_run_on(converged: Testbed) -> None:
    before, more = change(converged, count(15, 15))
    fresh = of("client", range(12, 15)) | of("server", range(12, 15))
    assert more.guests.keys() - before.guests.keys() == fresh
    assert {name: guest for name, guest in more.guests.items() if name not in fresh} == before.guests
    assert more.ports == before.ports
    assert more.touched_since(before) == {more.guests[name].host for name in fresh}
    assert held(converged)["lease/lan"] == 30

    more, fewer = change(converged, count(6, 6))
    assert fewer.guests == {n: more.guests[n] for n in of("client", range(6)) | of("server", range(6))}
    assert fewer.ports == more.ports
    assert not {name for name in fewer.touched_since(more) if name.startswith("sw-") or name in ("lille", "nancy")}
    assert held(converged)["lease/lan"] == 12


def test_memory_goes_down_live_and_up_by_a_restart_of_that_group_alone(converged: Testbed) -> None:
    def memory(size: str) -> Callable[[Tree], None]:
        return lambda spec: named(spec["vms"], "client").update(memory=size)

    before, less = change(converged, memory("128MiB"))
    assert {g.memory_mib for n, g in less.guests.items() if "client" in n} == {128}
    assert less.restarted_since(before) == set()
    less, more = change(converged, memory("512MiB"))
    assert {g.memory_mib for n, g in more.guests.items() if "client" in n} == {512}
    assert more.restarted_since(less) == of("client", range(12))
    for after, earlier in ((less, before), (more, less)):
        assert {n: g for n, g in after.guests.items() if "server" in n} == {
            n: g for n, g in earlier.guests.items() if "server" in n
        }
        assert after.ports == earlier.ports
        assert after.touched_since(earlier) == {f"chinqchint-{number}.lille" for number in (1, 2, 3, 4)}
        assert {n: g.uuid for n, g in after.guests.items()} == {n: g.uuid for n, g in earlier.guests.items()}


def test_a_network_is_added_to_running_vms_and_taken_away_again(converged: Testbed) -> None:
    def second_network(spec: Tree) -> None:
        spec["networks"].append({"name": "side", "kind": "local", "sites": ["lille"], "addresses": "10.136.32.0/24"})
        named(spec["vms"], "client")["networks"].append("side")

    before, with_side = change(converged, second_network)
    clients = of("client", range(12))
    assert {len(with_side.guests[name].macs) for name in clients} == {2}
    assert all(with_side.guests[name].macs[0] == before.guests[name].macs[0] for name in clients)
    assert held(converged) == {
        "lease/lan": 24,
        "lease/side": 12,
        "vlan/lan": 3,
        "vlan/side": 1,
        "reservation/north": 4,
        "reservation/east": 4,
    }
    with_side, without = change(converged, lambda spec: None)
    for after, earlier in ((with_side, before), (without, with_side)):
        assert after.restarted_since(earlier) == set()
        assert {n: g for n, g in after.guests.items() if n not in clients} == {
            n: g for n, g in earlier.guests.items() if n not in clients
        }
        assert {p: s for p, s in after.ports.items() if "nancy" in p[0]} == {
            p: s for p, s in earlier.ports.items() if "nancy" in p[0]
        }
        assert not {name for name in after.touched_since(earlier) if "nancy" in name or name == "lille"}
    assert (without.guests, without.ports, without.links) == (before.guests, before.ports, before.links)
    assert held(converged) == {"lease/lan": 24, "vlan/lan": 3, "reservation/north": 4, "reservation/east": 4}


def test_a_node_group_grows_by_one_node_and_gives_it_back(converged: Testbed) -> None:
    def nodes(number: int) -> Callable[[Tree], None]:
        return lambda spec: named(spec["nodes"], "north").update(count=number)

    before, five = change(converged, nodes(5))
    assert five.deployed == before.deployed + 1
    assert five.guests == before.guests
    assert not {name for name in five.touched_since(before) if name.startswith(("chinqchint-1", "griffon", "sw-"))}
    assert held(converged)["reservation/north"] == 5
    five, three = change(converged, nodes(3))
    moved = {name for name, guest in five.guests.items() if guest.host == "chinqchint-4.lille"}
    assert len(moved) == 3
    assert {n: g for n, g in three.guests.items() if n not in moved} == {
        n: g for n, g in five.guests.items() if n not in moved
    }
    for name in moved:
        there, here = five.guests[name], three.guests[name]
        assert (here.uuid, here.macs) == (there.uuid, there.macs)
        assert here.host != "chinqchint-4.lille"
    assert three.deployed == five.deployed
    assert not {port for port in three.ports if port == ("sw-2.lille", "Ethernet14")}
    assert held(converged)["reservation/north"] == 3


def test_another_guest_image_makes_that_group_anew_and_nothing_else(converged: Testbed) -> None:
    def image(spec: Tree) -> None:
        named(spec["vms"], "server")["vcpus"] = 2

    before, after = change(converged, image)
    assert after.restarted_since(before) == of("server", range(12))
    assert after.ports == before.ports
    assert {name.rpartition(".")[2] for name in after.touched_since(before)} == {"nancy"}


def test_another_node_image_makes_its_nodes_and_their_vms_anew_and_nothing_else(converged: Testbed) -> None:
    before = converged.devices()
    text = QUICKSTART.read_text()
    file = converged.state / "second-image.yaml"
    second = (
        text.split("---\n")[1]
        .replace("name: debian-xen", "name: second")
        .replace("spec:\n", "spec:\n  environment: debian-xen\n")
    )
    second = second.replace("version: 1", "version: 2").replace("text: debian-xen-1", "text: debian-xen-2")
    file.write_text(
        text.replace("site: nancy, count: 4, image: debian-xen", "site: nancy, count: 4, image: second")
        + "---\n"
        + second
    )
    converged.apply(file)
    after = converged.devices()
    assert converged.is_settled(file)
    assert after.deployed == before.deployed + 1
    assert {n: g for n, g in after.guests.items() if "client" in n} == {
        n: g for n, g in before.guests.items() if "client" in n
    }
    assert {n: (g.uuid, g.host, g.macs) for n, g in after.guests.items()} == {
        n: (g.uuid, g.host, g.macs) for n, g in before.guests.items()
    }
    assert after.ports == before.ports
    assert not {name for name in after.touched_since(before) if "lille" in name or name.startswith("sw-")}
