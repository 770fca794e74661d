"""Resources to rows and back."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.resources.kind import Storage
from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.resources.vlan import Vlan
from reconciler.store import codec
from reconciler.store.codec import Decoder, decode_spec, encode_resource, encode_spec

LATEST = {name: kind.storage.version for name, kind in KINDS.items()}

words = st.text(max_size=8)
numbers = st.integers(0, 2**32 - 1)
vids = st.integers(2, 4094)
lists = lambda of: st.lists(of, max_size=3).map(tuple)  # noqa: E731 - a strategy reads better on one line

SPECS: dict[str, st.SearchStrategy[Any]] = {
    "reservation": st.builds(Reservation, lists(words)),
    "vlan": st.builds(Vlan, lists(st.tuples(words, vids))),
    "lease": st.builds(Lease, lists(st.builds(AddressRange, words, numbers, numbers, numbers))),
    "deployment": st.builds(Deployment, words, words, numbers, words),
    "host": st.builds(Host, words, words),
    "bridge": st.builds(Bridge, words, words, vids),
    "domain": st.builds(
        Domain,
        **dict.fromkeys([f.name for f in fields(Domain) if f.type == "str"], words),
        memory_mib=numbers,
        vcpu_count=numbers,
        nics=lists(st.builds(Nic, words, words)),
    ),
    "switch": st.builds(
        SwitchSlice,
        lists(st.builds(EdgePort, words, words, st.none() | vids, lists(vids), st.booleans())),
        lists(st.builds(Carried, words, lists(vids))),
        lists(st.builds(Tunnel, words, vids, lists(vids))),
        st.none() | vids,
    ),
}
names = st.text(st.characters(exclude_characters="/@"), min_size=1, max_size=8)
needs = st.frozensets(st.builds(Address, names, st.just("exp"), words), max_size=3)


@pytest.mark.parametrize("kind", sorted(SPECS))
@given(data=st.data())
def test_a_resource_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    carriers = st.none() | st.builds(Address, names, st.just("exp"), words)
    strategy = st.builds(
        Resource,
        st.builds(Address, st.just(kind), st.just("exp"), words),
        st.builds(Endpoint, names, words),
        SPECS[kind],
        needs,
        carriers,
    )
    resource = data.draw(strategy)
    assert Decoder("exp").resource(encode_resource(resource)) == resource


@pytest.mark.parametrize("kind", sorted(SPECS))
@given(data=st.data())
def test_equal_specs_have_equal_text(kind: str, data: st.DataObject) -> None:
    spec = data.draw(SPECS[kind])
    assert encode_spec(decode_spec(kind, encode_spec(spec), LATEST[kind])) == encode_spec(spec)


def test_a_kind_that_is_not_listed_is_kept_as_it_was_stored() -> None:
    row = ("record", "web", "dns@lille", '{"any": "text"}', "[]", None, 7)
    assert encode_resource(Decoder("exp").resource(row)) == row


def test_a_row_of_a_later_version_is_an_error() -> None:
    with pytest.raises(ValueError, match="row of version 2; this program knows versions up to 1"):
        decode_spec("host", '["f", "t", "new"]', 2)


def test_a_row_of_an_earlier_version_is_read_by_the_names_of_its_places() -> None:
    storage = Storage((("text", "file"), ("file", "text", "mode")), lambda *values: values, {"mode": "plain"})
    kind = replace(KINDS["host"], name="probe", storage=storage)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "KINDS", {"probe": kind})
        patch.setattr(codec, "_LATEST", {"probe": (2, 3, storage.make)})
        assert decode_spec("probe", '["the text", "the file"]', 1) == ("the file", "the text", "plain")
        assert decode_spec("probe", '["the file", "the text", "raw"]', 2) == ("the file", "the text", "raw")


def test_equal_needs_and_endpoints_become_one_value() -> None:
    decoder, spec = Decoder("exp"), Host("", "")
    row = encode_resource(
        Resource(Address("host", "exp", "n"), Endpoint("xen", "n"), spec, frozenset({Address("a", "exp", "b")}))
    )
    one, two = decoder.resource(row), decoder.resource(row)
    assert one.needs is two.needs and one.endpoint is two.endpoint


NICS = (Nic("00:16:3e:88:10:01", "xbr700"), Nic("00:16:3e:88:20:01", "xbr701"))
DOMAIN = Domain("e-web-0", "u", "/k", "/r", "a=é \"'\n", 512, 2, NICS, "/d.img", "/base.img", "paused")


def test_guests_of_one_host_share_what_is_equal() -> None:
    carrier, host = Address("deployment", "e", "griffon-1.nancy"), Endpoint("xen", "griffon-1.nancy")
    decoder = Decoder("e")
    first, second = (
        decoder.resource(encode_resource(Resource(Address("domain", "e", name), host, DOMAIN, frozenset(), carrier)))
        for name in ("web-0", "web-1")
    )
    assert first.carrier is second.carrier
    assert first.spec.kernel is second.spec.kernel
    assert first.spec.nics[0].bridge is second.spec.nics[0].bridge


def test_a_domain_written_before_it_had_a_mode_has_the_default() -> None:
    text = encode_spec(DOMAIN)
    assert text.endswith(',"paused","pv"]')
    assert decode_spec("domain", text.removesuffix(',"pv"]') + "]", 1) == DOMAIN


def test_a_mark_recorded_with_its_epoch_is_read_without_it() -> None:
    earlier = SwitchSlice((EdgePort("e1", "xr:v1:lille:exp:0000abcd:3", access=701), EdgePort("e2", "", access=701)))
    assert decode_spec("switch", encode_spec(earlier), 1) == SwitchSlice(
        (EdgePort("e1", "xr:v1:lille:exp:0000abcd", access=701), EdgePort("e2", "", access=701))
    )
