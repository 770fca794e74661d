from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.switch.framing import Framer, FramingError, frame

MESSAGES = st.lists(st.binary(min_size=1, max_size=60).filter(lambda message: b"]]>" not in message), max_size=4)


def drain(framer: Framer) -> list[bytes]:
    messages = []
    while (message := framer.next_message()) is not None:
        messages.append(message)
    return messages


@settings(max_examples=60, deadline=None)
@given(MESSAGES, st.integers(1, 20), st.booleans())
def test_messages_survive_however_the_stream_is_cut(messages: list[bytes], piece: int, chunked: bool) -> None:
    framer = Framer()
    if chunked:
        framer.use_chunks()
    stream = b"".join(frame(message, chunked=chunked) for message in messages)
    out = []
    for start in range(0, len(stream), piece):
        framer.feed(stream[start : start + piece])
        out += drain(framer)
    assert out == messages


def test_several_chunks_make_one_message() -> None:
    framer = Framer()
    framer.use_chunks()
    framer.feed(b"\n#4\n<rpc\n#3\n/>\n\n##\n")
    assert drain(framer) == [b"<rpc/>\n"]


def test_the_mark_of_the_old_framing_is_plain_text_inside_a_chunk() -> None:
    framer = Framer()
    framer.use_chunks()
    framer.feed(frame(b"<a>]]>]]></a>", chunked=True))
    assert drain(framer) == [b"<a>]]>]]></a>"]


def test_the_framing_changes_after_the_hello_even_in_one_segment() -> None:
    framer = Framer()
    framer.feed(frame(b"<hello/>", chunked=False) + frame(b"<rpc/>", chunked=True))
    assert framer.next_message() == b"<hello/>"
    framer.use_chunks()
    assert framer.next_message() == b"<rpc/>"


@pytest.mark.parametrize(
    "stream", [b"<rpc/>", b"\n#0\n", b"\n#04\nabcd", b"\n##\n", b"\n#x\n", b"\n#12345678901\n", b"\n\n"]
)
def test_a_broken_chunk_header_is_an_error_at_once(stream: bytes) -> None:
    framer = Framer()
    framer.use_chunks()
    framer.feed(stream)
    with pytest.raises(FramingError):
        drain(framer)


@pytest.mark.parametrize("stream", [b"\n", b"\n#", b"\n#1", b"\n#12\nabc", b"\n#3\nabc\n#"])
def test_an_unfinished_chunk_waits_for_more(stream: bytes) -> None:
    framer = Framer()
    framer.use_chunks()
    framer.feed(stream)
    assert framer.next_message() is None


def test_an_announced_chunk_above_the_limit_is_refused_before_it_comes() -> None:
    framer = Framer(limit=100)
    framer.use_chunks()
    framer.feed(b"\n#101\n")
    with pytest.raises(FramingError, match="100"):
        framer.next_message()


def test_an_endless_message_without_a_mark_is_refused() -> None:
    framer = Framer(limit=100)
    framer.feed(b"x" * 101)
    with pytest.raises(FramingError, match="100"):
        framer.next_message()
