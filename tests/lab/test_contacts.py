"""Contacts of emulated devices, and Site documents that have them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.addresses import Device, Kind
from reconciler.lab.contacts import LabContact, parse_contacts, render_contacts, render_site_tree, render_yaml
from reconciler.lab.documents import default_texts, read_inventory
from reconciler.spec.read import read
from reconciler.spec.site import Access, Site
from reconciler.spec.text import unfit_in_value
from tests.lab.sites import site_text

KEY = "ssh-ed25519 AAAA"
HOST = LabContact("n-1.here", "host", "here", "n-1", "127.1.16.1", 2222, "root", KEY, "/state/id")
SWITCH = LabContact("sw.here", "switch", "here", "sw", "127.1.1.1", 8300, "root", KEY, "/state/id")
DEPLOYER = LabContact("here", "deployer", "here", "here", "127.1.0.1", 25300, "root")


def test_contacts_are_read_back_as_written() -> None:
    contacts = (HOST, SWITCH, DEPLOYER)
    assert parse_contacts(render_contacts(contacts)) == contacts


@pytest.mark.parametrize("text", ["", "[{}]", '[{"nonsense": 1}]'])
def test_what_is_not_contacts_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_contacts(text)


def test_a_site_with_contacts_is_an_ordinary_document_with_direct_access() -> None:
    tree = read_inventory({"a": site_text(deployer="kadeploy")}).trees["here"]
    contacts = {contact.key: contact for contact in (HOST, SWITCH, DEPLOYER)}
    spec = Site.model_validate_json(json.dumps(render_site_tree(tree, contacts))).spec
    assert spec.access is Access.DIRECT
    assert (spec.nodes[0].address, spec.nodes[0].port, spec.nodes[0].host_key) == ("127.1.16.1", 2222, KEY)
    assert (spec.switches[0].address, spec.switches[0].port) == ("127.1.1.1", 8300)
    assert spec.deployer.url == "http://127.1.0.1:25300"
    assert spec.hosts.identity_file == spec.switch_access.identity_file == "/state/id"


def test_the_document_it_was_made_from_stays_as_it_was() -> None:
    tree = read_inventory({"a": site_text()}).trees["here"]
    before = json.dumps(tree)
    render_site_tree(tree, {Device("here", Kind.HOST, "n-1"): HOST})
    assert json.dumps(tree) == before


def test_a_document_written_is_read_as_it_was() -> None:
    for texts in (default_texts(), {"a": site_text()}):
        for name, tree in read_inventory(texts).trees.items():
            assert read_inventory({"again": render_yaml(tree)}).trees == {name: tree}


_TEXTS = (st.text() | st.text("ab:-[]{}&*!|>'\"%#?,\n \t@`<~yes01.é\\_+E")).filter(
    lambda text: not unfit_in_value(text)
)
_KEYS = _TEXTS.filter(lambda text: "\n" not in text)
_VALUES = st.recursive(
    _TEXTS | st.from_regex(r"[A-Za-z0-9+./_:-]{1,9}", fullmatch=True) | st.integers(-(10**13), 10**13) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, min_size=1))
def test_nothing_is_taken_for_anything_else(tree: dict[str, object]) -> None:
    reading = read(render_yaml(tree), "again")
    assert not reading.diagnostics
    assert [found.value for found in reading.trees] == [tree]
