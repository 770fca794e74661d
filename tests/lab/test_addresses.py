"""Addresses of emulated devices."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.addresses import Device, Kind, Ports, assign, claims

NAMES = st.text("abcz019-", min_size=1, max_size=6)
DEVICES = st.sets(st.builds(Device, NAMES, st.sampled_from(Kind), NAMES), max_size=40)


@settings(deadline=None)
@given(DEVICES)
def test_no_two_devices_share_an_address_and_none_takes_a_claim(devices: set[Device]) -> None:
    given_out = assign(devices)
    assert set(given_out) == devices
    assert len(set(given_out.values()) | set(claims(devices))) == len(devices) + len({d.site for d in devices})
    assert all(ipaddress.ip_address(a).is_loopback and not a.startswith("127.0.") for a in given_out.values())


@settings(deadline=None)
@given(st.lists(st.builds(Device, NAMES, st.sampled_from(Kind), NAMES), unique=True, max_size=20), st.randoms())
def test_the_order_of_the_documents_does_not_matter(devices, random) -> None:
    shuffled = random.sample(devices, len(devices))
    assert assign(devices) == assign(shuffled)


def test_thousands_of_hosts_get_distinct_addresses() -> None:
    devices = [Device("big", Kind.HOST, f"n-{number}") for number in range(5000)]
    assert len(set(assign(devices).values())) == 5000


def test_too_many_devices_are_refused_by_name() -> None:
    devices = [Device("big", Kind.DEPLOYER, f"d{number}") for number in range(300)]
    with pytest.raises(ValueError, match="300 devices of kind deployer at big"):
        assign(devices)


def test_too_many_sites_are_refused() -> None:
    with pytest.raises(ValueError, match="255 sites"):
        assign([Device(f"s{number}", Kind.HOST, "a") for number in range(255)])


def test_no_port_needs_a_privilege_and_shifted_labs_do_not_meet() -> None:
    first, second = ({Ports(shift).of(kind) for kind in Kind} for shift in (0, 1))
    assert min(first) > 1024
    assert not first & second


def test_a_deployer_is_named_after_its_site() -> None:
    assert str(Device("lille", Kind.DEPLOYER, "lille")) == "lille"
    assert str(Device("lille", Kind.HOST, "a-1")) == "a-1.lille"
