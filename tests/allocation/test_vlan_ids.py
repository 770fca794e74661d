"""Which VLAN ids networks get."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from tests.spec.experiments import choose, experiment, guests, network, settle, with_site


def ids(*networks: dict[str, object], allocations: Allocations | None = None) -> dict[str, dict[str, int]]:
    wanted = experiment(networks=list(networks), vms=[guests(networks=[str(networks[0]["name"])])])
    return {name: dict(found) for name, found in choose(wanted, allocations).ids.items()}


GLOBAL = network(kind="global", sites=["lille", "nancy"])


@pytest.mark.parametrize(("kind", "first"), [("local", 700), ("routed", 710), ("global", 720)])
def test_the_lowest_free_id_of_the_kind_is_taken(kind: str, first: int) -> None:
    assert ids(network(kind=kind)) == {"lan": {"vlan:lille": first}}
    assert ids(network(kind=kind), allocations=Allocations(taken_ids={("vlan:lille", first): "other"})) == {
        "lan": {"vlan:lille": first + 1}
    }


def test_two_networks_have_two_ids() -> None:
    assert ids(network(), network(name="wan")) == {"lan": {"vlan:lille": 700}, "wan": {"vlan:lille": 701}}


def test_a_shared_network_has_none() -> None:
    assert ids(network(kind="shared")) == {}


def test_a_network_over_two_sites_has_one_id_free_at_both_and_an_s_vlan() -> None:
    taken = {("vlan:lille", 720): "a", ("vlan:nancy", 721): "b", ("stag:renater", 1000): "c"}
    assert ids(GLOBAL, allocations=Allocations(taken_ids=taken)) == {
        "lan": {"vlan:lille": 722, "vlan:nancy": 722, "stag:renater": 1001}
    }


def test_sites_that_lend_different_ids_give_one_that_both_lend() -> None:
    sites = with_site("nancy", vlans={"production": 100, "global": "735-750"})
    wanted = experiment(networks=[GLOBAL])
    assert dict(choose(wanted, sites=sites).ids["lan"])["vlan:nancy"] == 735


def test_a_network_keeps_its_ids_though_lower_ones_became_free() -> None:
    busy = Allocations(taken_ids={("vlan:lille", 720): "a", ("stag:renater", 1000): "a"})
    allocations = settle(experiment(networks=[GLOBAL]), busy)
    assert ids(GLOBAL, allocations=allocations)["lan"] == {"vlan:lille": 721, "vlan:nancy": 721, "stag:renater": 1001}


def test_a_network_that_grows_to_another_site_keeps_its_id_where_it_is_free_there() -> None:
    allocations = settle(
        experiment(networks=[network(kind="global")]), Allocations(taken_ids={("vlan:lille", 720): "a"})
    )
    assert ids(GLOBAL, allocations=allocations)["lan"]["vlan:nancy"] == 721
    taken = Allocations(allocations.recorded, taken_ids={("vlan:nancy", 721): "b"})
    assert ids(GLOBAL, allocations=taken)["lan"]["vlan:lille"] == 720


def test_an_id_that_is_no_longer_lent_is_given_up() -> None:
    allocations = settle(experiment())
    sites = with_site("lille", vlans={"production": 100, "local": "705-709"})
    assert choose(experiment(), allocations, sites).ids["lan"] == (("vlan:lille", 705),)


def test_no_free_id_says_where_and_who_holds_them() -> None:
    taken = {("vlan:lille", number): "two" if number % 2 else "one" for number in range(700, 710)}
    with pytest.raises(Exhausted, match="network lan: no id is free in vlan:lille; held by one, two"):
        ids(network(), allocations=Allocations(taken_ids=taken))


def test_ids_that_another_got_first_are_chosen_anew_though_our_wish_is_recorded() -> None:
    lost = {("vlan:nancy", 720): "other", ("stag:renater", 1000): "other"}
    allocations = Allocations(settle(experiment(networks=[GLOBAL])).recorded, taken_ids=lost)
    assert ids(GLOBAL, allocations=allocations)["lan"] == {"vlan:lille": 721, "vlan:nancy": 721, "stag:renater": 1001}


def test_the_last_id_lost_to_another_names_who_has_it() -> None:
    taken = {("vlan:lille", number): "other" for number in range(700, 710)}
    with pytest.raises(Exhausted, match=r"held by other$"):
        ids(network(), allocations=Allocations(settle(experiment()).recorded, taken_ids=taken))
