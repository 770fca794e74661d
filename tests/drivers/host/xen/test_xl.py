"""Configurations read back by an independent reader, and the recorded listings of a real dom0."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host.validation import check_domain
from reconciler.drivers.host.xen import xl
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.errors import Refused
from reconciler.resources.domain import Domain, Nic
from tests.drivers.host.xen.configuration import parse_configuration, parse_parts
from tests.drivers.host.xen.replies import read

TABLE, DETAILS = read("list-v-two-running").stdout, read("list-l-two-running").stdout

hostile = st.text(alphabet=st.sampled_from(list("ab1/.-_ =,;'\"\\\n#$\x00é{}[]")), max_size=12)
paths = st.from_regex(r"/[a-z0-9_.+-]{1,8}(/[a-z0-9]{1,5})?", fullmatch=True) | hostile
macs = st.from_regex(r"00:16:3e(:[0-9a-f]{2}){3}", fullmatch=True) | hostile
nics = st.builds(Nic, macs, st.from_regex(r"xbr[0-9]{1,4}", fullmatch=True) | hostile)
domains = st.builds(
    Domain,
    name=st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True) | hostile,
    uuid=st.uuids().map(str) | hostile,
    kernel=paths,
    ramdisk=paths | st.just(""),
    arguments=st.from_regex(r"[a-z0-9=./ ]{0,30}", fullmatch=True) | hostile,
    memory_mib=st.integers(1, 10**5),
    vcpu_count=st.integers(1, 64),
    nics=st.lists(nics, max_size=3).map(tuple),
)


@given(domains)
def test_every_configuration_reads_back_as_the_domain_or_is_refused(domain: Domain) -> None:
    try:
        check_domain(domain, XEN.modes)
    except Refused:
        return
    config = parse_configuration(xl.render_config(domain))
    assert config.pop("type") == "pv"
    assert config.pop("maxmem") == str(domain.memory_mib)
    assert [parse_parts(vif) for vif in config.pop("vif")] == [{"mac": n.mac, "bridge": n.bridge} for n in domain.nics]
    assert config == {
        "name": domain.name,
        "uuid": domain.uuid,
        "kernel": domain.kernel,
        **({"ramdisk": domain.ramdisk} if domain.ramdisk else {}),
        **({"extra": domain.arguments} if domain.arguments else {}),
        "memory": str(domain.memory_mib),
        "vcpus": str(domain.vcpu_count),
    }


def test_a_disk_is_four_plain_parts() -> None:
    domain = Domain("a", "u", "/k", "", "", 1, 1, (), "/var/lib/reconciler/a.img", "/base")
    assert parse_configuration(xl.render_config(domain))["disk"] == ["/var/lib/reconciler/a.img,raw,xvda,rw"]


def test_the_domains_of_a_real_host_are_read() -> None:
    listing = xl.parse_listing(TABLE, DETAILS)
    assert [domain.name for domain in listing.domains] == ["exp-a", "exp-b"]
    assert listing.zombies == frozenset()
    assert listing.domains[1].arguments.endswith(" tip=10.77.1.2/24")
    assert listing.domains[1] == Domain(
        name="exp-b",
        uuid="00000000-0000-4000-8000-000000000002",
        kernel="/var/lib/xen/images/vmlinux",
        ramdisk="/var/lib/xen/images/domu.cpio",
        arguments=listing.domains[1].arguments,
        memory_mib=128,
        vcpu_count=1,
        nics=(Nic("00:16:3e:00:00:02", "xbr701"), Nic("00:16:3e:00:01:02", "xbr702")),
    )


def test_a_zombie_of_a_real_host_keeps_its_uuid() -> None:
    listing = xl.parse_listing(read("list-v-zombie").stdout, read("list-l-zombie").stdout)
    assert listing.zombies == {"00000000-0000-4000-8000-000000000002"}
    assert [domain.name for domain in listing.domains] == ["exp-a"]


@pytest.mark.parametrize(
    ("letters", "state"),
    [("r-----", "running"), ("------", "running"), ("--p---", "paused"), ("---sc-", "crashed"), ("---s--", "shutdown"),
     ("---scd", "dying"), ("--ps-d", "dying")],
)  # fmt: skip
def test_a_state_is_named_by_what_matters_most(letters: str, state: str) -> None:
    assert xl.parse_table(TABLE.replace("-b----", letters, 1))[1].state == state


def test_memory_is_what_the_domain_was_told_once_it_follows_and_what_it_has_until_then() -> None:
    assert xl.parse_listing(TABLE, DETAILS).domains[0].memory_mib == 128
    lagging = TABLE.replace("     1   128 ", "     1   512 ", 1)
    assert xl.parse_listing(lagging, DETAILS).domains[0].memory_mib == 512


@pytest.mark.parametrize(
    ("table", "details"),
    [
        ("", DETAILS),
        (TABLE, ""),
        ("libxl: warning: something\n" + TABLE, DETAILS),
        (TABLE, "libxl: warning: something\n" + DETAILS),
        (TABLE, DETAILS[: len(DETAILS) // 2]),
        (TABLE[:-60], DETAILS),
        (TABLE, "{}"),
        (TABLE, "[]"),
        (TABLE, "[" * 100_000),
        (TABLE, json.dumps(json.loads(DETAILS)[:2])),
        ("\n".join(TABLE.splitlines()[:-1]) + "\n", DETAILS),
        ("\n".join([TABLE.splitlines()[0], *TABLE.splitlines()[2:]]) + "\n", DETAILS),
        (TABLE, DETAILS.replace('"uuid"', '"uuie"')),
        (TABLE, DETAILS.replace("000000000002", "000000000009")),
        (TABLE, DETAILS.replace('"domid": 2', '"domid": 1')),
    ],
)
def test_what_is_not_a_whole_listing_is_an_error_and_never_empty(table: str, details: str) -> None:
    with pytest.raises(ValueError, match=r"xl list"):
        xl.parse_listing(table, details)


@given(st.integers(0, len(DETAILS) - 3), st.binary(min_size=1, max_size=3))
def test_a_damaged_listing_is_an_error_or_differs_visibly(position: int, damage: bytes) -> None:
    text = DETAILS[:position] + damage.decode("latin-1") + DETAILS[position + len(damage) :]
    try:
        domains = xl.parse_listing(TABLE, text).domains
    except ValueError:
        return
    assert len(domains) == 2
