"""S12: what we send to a switch has the structure that we built, whatever names are in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.drivers.switch.openconfig.edit import render_edit
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.security.payloads import PAYLOADS
from tests.transport.netconf_peer import END

TAG = "xr:v1:lille:exp:00000001"
TEXTS = st.one_of(st.sampled_from(PAYLOADS), st.text(min_size=1))


def slice_of(port: str, tag: str) -> SwitchSlice:
    return SwitchSlice(
        (EdgePort(port, tag, access=701),), (Carried(port + "u", (701,)),), (Tunnel(port, 9, (701,)),), 100
    )


def sent(port: str, tag: str) -> str | None:
    """The text of the edit; None where XML has no way to say it."""
    spec = slice_of(port, tag)
    try:
        edit = render_edit(SwitchSlice(), spec, spec.parked)
    except ValueError:
        return None
    assert edit is not None
    return str(edit)


def structure(text: str) -> list[str]:
    return [str(element.tag) for element in etree.fromstring(text.encode()).iter()]


@given(TEXTS, TEXTS)
def test_s12_an_edit_has_the_same_elements_whatever_a_port_or_a_mark_is_called(port: str, tag: str) -> None:
    text = sent(port, tag)
    if text is not None:
        plain = sent("e1", TAG)
        assert plain is not None
        assert sorted(structure(text)) == sorted(structure(plain))
        assert END not in text.encode()


@pytest.mark.parametrize("payload", ["]]>]]>", "<![CDATA[x]]>", "<!-- x -->", '"><x xmlns="urn:x"/>', "&amp;"])
def test_s12_a_name_reads_back_as_it_was(payload: str) -> None:
    text = sent(payload, TAG)
    assert text is not None
    names = {e.text for e in etree.fromstring(text.encode()).iter("{http://openconfig.net/yang/interfaces}name")}
    assert payload in names


@pytest.mark.parametrize("payload", ["a\x00b", "a\x1b[31mb", "a\x08b"])
def test_s12_control_characters_are_never_sent(payload: str) -> None:
    assert sent(payload, TAG) is None
