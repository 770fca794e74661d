"""S11: a guest's configuration file sets what we mean to set, on both of xl's levels, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host.validation import check_domain
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.drivers.host.xen.xl import render_config
from reconciler.model.errors import Refused
from reconciler.resources.domain import Domain, Nic
from tests.security.payloads import PAYLOADS
from tests.security.test_injection import DOMAIN_TEXTS, HOSTILE, PLAIN, with_text
from tests.security.xl_reader import NotXl, read_settings, sub_keys

KEYS = ["name", "uuid", "type", "kernel", "ramdisk", "extra", "memory", "maxmem", "vcpus", "disk", "vif"]


def settings_of(domain: Domain) -> dict[str, object]:
    found = read_settings(render_config(domain))
    assert len({key for key, _ in found}) == len(found), "a key twice: the later one counts"
    return dict(found)


def check(domain: Domain) -> None:
    """The file says of every key what the domain says, and has no other."""
    found = settings_of(domain)
    optional = {"ramdisk": domain.ramdisk, "extra": domain.arguments, "disk": domain.disk}
    assert list(found) == [key for key in KEYS if optional.get(key, "yes")]
    assert (found["name"], found["uuid"], found["kernel"]) == (domain.name, domain.uuid, domain.kernel)
    assert found.get("ramdisk", "") == domain.ramdisk
    assert found.get("extra", "") == domain.arguments
    assert found["memory"] == found["maxmem"] == str(domain.memory_mib)
    nics = found["vif"]
    assert isinstance(nics, list)
    assert [sub_keys(entry) for entry in nics] == [{"mac": nic.mac, "bridge": nic.bridge} for nic in domain.nics]
    if domain.disk:
        assert found["disk"] == [f"{domain.disk},raw,xvda,rw"]
        assert domain.disk.count(",") == 0


def test_s11_a_plain_guest_has_exactly_the_keys_we_mean() -> None:
    check(PLAIN)
    check(replace(PLAIN, nics=(*PLAIN.nics, Nic("00:16:3e:00:00:02", "xbr701"))))


@given(st.sampled_from(DOMAIN_TEXTS), HOSTILE)
def test_s11_a_hostile_text_is_refused_or_is_nothing_but_itself(field: str, text: str) -> None:
    domain = with_text(field, text)
    try:
        check_domain(domain, XEN.modes)
    except Refused:
        return
    check(domain)


@given(st.lists(st.tuples(st.sampled_from(DOMAIN_TEXTS), HOSTILE), max_size=4))
def test_s11_several_hostile_texts_at_once_are_refused_or_nothing_but_themselves(pairs: list[tuple[str, str]]) -> None:
    domain = PLAIN
    for field, text in pairs:
        changed = with_text(field, text)
        fields = {"nics": changed.nics} if field in ("mac", "bridge") else {field: text}
        domain = replace(domain, **fields)  # type: ignore[arg-type]  # texts and nics by their names
    try:
        check_domain(domain, XEN.modes)
    except Refused:
        return
    check(domain)


@pytest.mark.parametrize("field", ["name", "uuid", "kernel", "ramdisk", "disk", "base_disk", "mode", "mac", "bridge"])
@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p not in ("a b", "XR_END")])
def test_s11_no_piece_of_a_guest_may_hold_a_sign_of_the_file(field: str, payload: str) -> None:
    with pytest.raises(Refused):
        check_domain(with_text(field, payload), XEN.modes)


def test_s11_unchecked_both_levels_would_give_a_program_that_runs_as_root() -> None:
    """So that the checks above can fail: these are the two ways in."""
    first = replace(PLAIN, name='x"; device_model_override="/tmp/evil')
    assert settings_of(first)["device_model_override"] == "/tmp/evil"
    second = settings_of(with_text("bridge", "xbr1,script=/tmp/evil"))["vif"]
    assert isinstance(second, list) and sub_keys(second[0])["script"] == "/tmp/evil"
    with pytest.raises(NotXl):
        settings_of(replace(PLAIN, kernel='/boot/a"b'))
