"""What may reach a host, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host.validation import check_bridge, check_domain, check_host, quote
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.errors import Refused
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Nic
from reconciler.resources.host import Host
from tests.drivers.host.xen.simulator import PLAIN, WITH_DISK

HOSTILE = (
    *('"; rm -rf /', 'x",script=/tmp/evil', "a\nb", "\x1b[31m", "$(id)", "a;b", "a'b", "a\\b"),
    *("a b", "a=b", "a,b", "-o", "", "é", "..", "a\n"),
)
PATHS = (*("/" + text for text in HOSTILE if text), "/a/../b", "/a/./b", "relative", "/a//b", "/")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, name=text), XEN.modes)
    with pytest.raises(Refused):
        check_bridge(Bridge(text, "eth1", 701))
    with pytest.raises(Refused):
        check_bridge(Bridge("xbr701", text, 701))


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/-o",)])
def test_a_hostile_path_is_refused(path: str) -> None:
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, kernel=path), XEN.modes)
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, ramdisk=path), XEN.modes)
    with pytest.raises(Refused):
        check_host(Host(path, "x"))


@pytest.mark.parametrize(
    "nic", [Nic("zz", "xbr701"), Nic("01:16:3e:00:00:01", "b"), Nic("00:16:3e:00:00:01", "b,script=/x")]
)
def test_a_hostile_or_multicast_nic_is_refused(nic: Nic) -> None:
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, nics=(nic,)), XEN.modes)


@pytest.mark.parametrize("text", ["a\nb", 'a"b', "a'b", "a;b", "a\\b", "{address}", "a\x00b", "x" * 501])
def test_hostile_kernel_arguments_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_domain(replace(PLAIN, arguments=text), XEN.modes)


def test_a_disk_outside_our_folder_or_without_its_base_is_refused() -> None:
    for spec in (
        replace(WITH_DISK, disk="/boot/vmlinux"),
        replace(WITH_DISK, base_disk=""),
        replace(PLAIN, base_disk="/img/a"),
    ):
        with pytest.raises(Refused):
            check_domain(spec, XEN.modes)


@pytest.mark.parametrize(
    "bridge", [Bridge("x" * 16, "eth1", 701), Bridge("xbr", "enp129s0f1np1", 4000), Bridge("xbr1", "eth1", 1)]
)
def test_names_that_the_kernel_would_cut_and_vlan_1_are_refused(bridge: Bridge) -> None:
    with pytest.raises(Refused):
        check_bridge(bridge)


@given(st.text())
def test_a_quoted_word_is_one_line_in_one_pair_of_quotes(text: str) -> None:
    try:
        quoted = quote(text)
    except Refused:
        assert any(not " " <= letter <= "~" or letter == "'" for letter in text)
    else:
        assert quoted == f"'{text}'"
        assert quoted.count("'") == 2
        assert quoted.isprintable() and quoted.isascii()
