"""Cutting a byte stream into NETCONF messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import Unreadable
from reconciler.transport.netconf_framing import MOST_TAGS, Framing
from tests.transport.netconf_peer import chunks

TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="]<\x00"), min_size=1).map(str.strip).filter(bool)
)


def feed(stream: bytes, sizes: list[int], *, chunked: bool, cap: int = 10_000) -> list[str]:
    got: list[str] = []
    framing = Framing(got.append, lambda: chunked, cap)
    while stream:
        size = sizes[0] if sizes else len(stream)
        sizes = sizes[1:]
        framing.parse(stream[:size])
        stream = stream[size:]
    return got


@given(TEXTS, st.lists(st.integers(1, 9)))
def test_marked_messages_come_out_whole_however_they_are_cut(texts: list[str], sizes: list[int]) -> None:
    assert feed(b"".join(t.encode() + b"]]>]]>" for t in texts), sizes, chunked=False) == texts


@given(TEXTS, st.lists(st.integers(1, 9)), st.integers(1, 5))
def test_chunked_messages_come_out_whole_however_they_are_cut(texts: list[str], sizes: list[int], size: int) -> None:
    assert feed(b"".join(chunks(t.encode(), size) for t in texts), sizes, chunked=True) == texts


@given(st.binary(), st.booleans())
def test_no_bytes_do_anything_but_wait_deliver_or_be_unreadable(stream: bytes, chunked: bool) -> None:
    try:
        feed(stream, [3, 1, 4, 1, 5], chunked=chunked, cap=64)
    except Unreadable as error:
        assert str(error)


@pytest.mark.parametrize("stream", [b"x" * 70, b"\n#71\n", b"\n#40\n" + b"x" * 40 + b"\n#40\n"])
def test_more_than_the_cap_is_refused_before_it_is_held(stream: bytes) -> None:
    with pytest.raises(Unreadable, match="more than 64 bytes"):
        feed(stream, [], chunked=stream.startswith(b"\n"), cap=64)


@pytest.mark.parametrize(
    "stream", [b"\n#0\n", b"\n#01\nx", b"hello world 12", b"\n#x\n1234567890", b"\n#99999999999\n"]
)
def test_a_broken_chunk_header_is_refused(stream: bytes) -> None:
    with pytest.raises(Unreadable):
        feed(stream, [], chunked=True)


def test_more_tags_than_a_large_switch_has_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(Unreadable, match="tags"):
        Framing(print, lambda: False).parse(b"<a>" * (MOST_TAGS + 1) + b"]]>]]>")


def test_who_no_longer_waits_need_not_see_the_flood_to_its_end() -> None:
    framing = Framing(print, lambda: True)
    framing.stopped = True
    framing.parse(b"no chunk header")
