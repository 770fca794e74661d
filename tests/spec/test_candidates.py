"""Which nodes can serve a group."""

from __future__ import annotations

import pytest

from reconciler.model.errors import SpecError
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.load import load
from tests.spec.samples import IMAGES, SITES, SOUND

HVM = "\n---\napiVersion: reconciler/v1alpha1\nkind: DiskImage\nmetadata: {name: big}\nspec: {mode: hvm, kernel: /k}\n"


def fit(text: str, sites: dict[str, str]) -> list[str]:
    catalogue = load({**sites, **IMAGES, "f": text})
    experiment = catalogue.experiments["sound"]
    return [node.name[-1] for node in fit_nodes(experiment, experiment.spec.nodes[0], catalogue)]


def lille(wrong: str, right: str) -> dict[str, str]:
    return {file: text.replace(wrong, right, 1) if "lille" in file else text for file, text in SITES.items()}


def test_every_node_of_the_site_is_fit_when_nothing_is_wrong() -> None:
    assert fit(SOUND, dict(SITES)) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "gone", [", switch: sw-1, port: Ethernet11", '{name: eth1, mac: "02:1a:b0:01:01:01", bridge: ']
)
def test_a_node_without_a_known_port_cannot_join_an_isolated_network(gone: str) -> None:
    right = "{name: eth1, management: true, bridge: " if "{" in gone else ""
    assert fit(SOUND, lille(gone, right)) == ["2", "3", "4", "5"]


def test_a_node_without_a_known_port_will_do_for_the_shared_network() -> None:
    shared = SOUND.replace("kind: local", "kind: shared")
    assert fit(shared, lille(", switch: sw-1, port: Ethernet11", "")) == ["1", "2", "3", "4", "5"]


def test_the_interface_to_the_shared_network_is_not_taken_for_an_isolated_one() -> None:
    """VMs on the shared network would be cut off from it, or end up in the isolated one."""
    both = SOUND.replace("networks: [lan]", "networks: [lan, out]").replace(
        "  vms:", "    - {name: out, kind: shared, sites: [lille]}\n  vms:"
    )
    second = "{name: eth2, switch: sw-1, port: Ethernet21}"
    two_cards = lille("switch: sw-1, port: Ethernet11}", f"switch: sw-1, port: Ethernet11}}\n        - {second}")
    with pytest.raises(SpecError, match="S416"):
        fit(both, dict(SITES))
    assert fit(both.replace("count: 2", "count: 1"), two_cards) == ["1"]


def test_a_switch_that_is_not_ours_is_as_good_as_none() -> None:
    assert fit(SOUND.replace("count: 4", "count: 4"), lille("{name: sw-1}", "{name: sw-1, managed: false}")) == [
        "4",
        "5",
    ]


def test_a_node_that_joins_a_network_needs_a_second_interface_for_its_vms() -> None:
    both = SOUND.replace("image: debian-xen", "image: debian-xen, networks: [wire]").replace(
        "  vms:", "    - {name: wire, kind: local, sites: [lille]}\n  vms:"
    )
    two_cards = lille(
        "switch: sw-1, port: Ethernet11}",
        "switch: sw-1, port: Ethernet11}\n        - {name: eth2, switch: sw-1, port: Ethernet21}",
    )
    assert fit(both.replace("count: 2", "count: 1"), two_cards) == ["1"]


def test_a_guest_that_needs_hardware_virtualisation_needs_a_node_that_has_it() -> None:
    text = SOUND.replace("image: tiny", "image: big") + HVM
    assert fit(text, lille("hvm: true", "hvm: false")) == ["2", "3", "4", "5"]


def test_a_node_that_must_not_be_imaged_is_left_out() -> None:
    assert fit(SOUND, lille("hvm: true", "deployable: false")) == ["2", "3", "4", "5"]
