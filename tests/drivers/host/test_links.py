"""The recorded links of a real host, and bridges that are not what they should be."""

from __future__ import annotations

import json

import pytest

from reconciler.drivers.host.links import (
    find_bridge,
    left_over,
    parse_links,
    render_make,
    render_unmake,
    stray_ports,
)
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.resources.bridge import Bridge
from tests.drivers.host.xen.replies import read

WITH_VIFS = read("links-with-vifs").stdout
WANTED = Bridge("xbr701", "eth1", 701)


def changed(name: str, **facts: object) -> str:
    entries = json.loads(WITH_VIFS)
    for entry in entries:
        if entry["ifname"] == name:
            entry.update(facts)
    return json.dumps(entries)


def test_a_real_bridge_with_guests_on_it_is_what_it_should_be() -> None:
    assert find_bridge(parse_links(WITH_VIFS), WANTED, XEN.guest_ports) == WANTED


def test_a_host_without_the_bridge_and_its_link_has_none() -> None:
    assert find_bridge(parse_links(read("links-bare").stdout), WANTED, XEN.guest_ports) is None


def test_a_bridge_that_is_down_or_whose_link_is_down_is_not_right() -> None:
    for name in ("xbr701", "eth1.701"):
        assert find_bridge(parse_links(changed(name, flags=["BROADCAST"])), WANTED, XEN.guest_ports) == Bridge(
            "xbr701", "eth1.701", 0
        )


def test_a_bridge_of_two_networks_differs_and_the_change_takes_the_second_out() -> None:
    seen = find_bridge(parse_links(changed("eth1.702", master="xbr701")), WANTED, XEN.guest_ports)
    assert seen == Bridge("xbr701", "eth1.701+eth1.702", 0)
    assert stray_ports(seen, WANTED) == ("eth1.702",)


def test_a_bridge_on_an_untagged_port_differs() -> None:
    entries = [entry for entry in json.loads(WITH_VIFS) if entry["ifname"] != "eth1.701"]
    text = json.dumps([entry | ({"master": "xbr701"} if entry["ifname"] == "eth1" else {}) for entry in entries])
    seen = find_bridge(parse_links(text), WANTED, XEN.guest_ports)
    assert seen == Bridge("xbr701", "eth1", 0)
    assert stray_ports(seen, WANTED) == ("eth1",)


def test_a_bridge_moved_to_another_vlan_by_hand_says_which() -> None:
    info = {"info_kind": "vlan", "info_data": {"protocol": "802.1Q", "id": 999}}
    seen = find_bridge(parse_links(changed("eth1.701", ifname="eth1.999", linkinfo=info)), WANTED, XEN.guest_ports)
    assert seen == Bridge("xbr701", "eth1", 999)
    assert stray_ports(seen, WANTED) == ("eth1.999",)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", WITH_VIFS[:-200], "[1]", '[{"ifname":"lo"}]', "[" * 100_000])
def test_what_is_not_a_whole_list_of_links_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="ip link"):
        parse_links(text)


def test_strays_leave_before_the_vlan_comes_in_and_the_bridge_comes_up_last() -> None:
    lines = render_make(WANTED, ("eth1.999",)).split("\n")
    assert lines[2:] == [
        "ip link set dev 'eth1.999' nomaster 2>&1",
        "ip link set dev 'eth1.701' master 'xbr701' 2>&1 && ip link set dev 'eth1' up 2>&1"
        " && ip link set dev 'eth1.701' up 2>&1 && ip link set dev 'xbr701' up 2>&1",
    ]


def test_the_uplink_itself_is_never_removed() -> None:
    assert render_unmake(WANTED) == "ip link del 'xbr701' 2>&1\nip link del 'eth1.701' 2>&1"


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "{}," * 500_000 + "{}]"], ids=["too deep", "too many"])
def test_a_list_that_is_only_large_or_deep_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ip link"):
        parse_links(text)


def test_what_is_left_of_a_bridge_that_is_gone_is_named_and_goes_when_the_uplink_is_another() -> None:
    links = {name: link for name, link in parse_links(WITH_VIFS).items() if name != "xbr701"}
    seen = find_bridge(links, WANTED, XEN.guest_ports)
    assert seen == Bridge("xbr701", "eth1.701", 0)
    assert left_over(seen, Bridge("xbr701", "eth2", 701)) == ("eth1.701",)
    assert left_over(seen, WANTED) == ()


@pytest.mark.parametrize("uplink", ["", "eth1", "eth1.702", "eth1.1701", ".701", "eth1.701+eth3.701", "eth1.(7+)+"])
def test_what_we_did_not_make_is_never_left_over(uplink: str) -> None:
    assert left_over(Bridge("xbr701", uplink, 0), Bridge("xbr701", "eth2", 701)) == ()
    assert left_over(Bridge("xbr1701", "eth1.701", 0), Bridge("xbr1701", "eth2", 1701)) == ()
