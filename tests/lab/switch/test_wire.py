from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reconciler.lab.switch.wire import Malformed, build_reply, parse_message, render_message
from tests.lab.switch.payloads import NETCONF


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text("<>&;/ax!?[]'\"", max_size=80).map(str.encode)))
def test_whatever_comes_is_xml_or_malformed(data: bytes) -> None:
    try:
        assert parse_message(data).tag
    except Malformed as error:
        assert str(error)


@pytest.mark.parametrize(
    "message",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        b"<!DOCTYPE a><a/>",
        b"<a>&b;</a>",
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>\x00</a>",
        b"",
    ],
)
def test_entities_document_types_and_deep_nests_are_malformed(message: bytes) -> None:
    with pytest.raises(Malformed):
        parse_message(message)


def test_comments_and_instructions_are_not_there() -> None:
    root = parse_message(b"<?xml version='1.0'?><!-- a --><r><!-- b --><?c d?><e/></r>")
    assert [child.tag for child in root] == ["e"]


def test_a_reply_without_content_is_ok() -> None:
    reply = parse_message(render_message(build_reply({"message-id": "7"}, {None: NETCONF, "e": "urn:e"}, [])))
    assert (reply.get("message-id"), [etree.QName(child).localname for child in reply]) == ("7", ["ok"])
    assert reply.nsmap == {None: NETCONF, "e": "urn:e"}
