"""NETCONF sessions against peers that keep the protocol, and peers that do not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest
from lxml import etree

from reconciler.model.errors import Locked, Rejected, Unreachable, Unreadable
from reconciler.transport.contact import Contact
from reconciler.transport.errors import Untrusted
from reconciler.transport.netconf import NetconfPool, RpcRejected
from tests.transport.netconf_peer import END, Peer, chunks, hello, listening, mute, reply

HOST = "sw-1.lille"
FILTER = etree.Element("{http://openconfig.net/yang/interfaces}interfaces")
Connect = Callable[..., NetconfPool]


@pytest.fixture
def pools() -> Iterator[list[NetconfPool]]:
    made: list[NetconfPool] = []
    yield made
    for pool in made:
        pool.close()


@pytest.fixture
def connect(pools: list[NetconfPool]) -> Connect:
    def make(contact: Contact, connect_s: float = 5, rpc_s: float = 5) -> NetconfPool:
        pools.append(NetconfPool({HOST: contact}, connect_s=connect_s, rpc_s=rpc_s))
        return pools[-1]

    return make


def error(tag: str, message: str, info: str = "") -> bytes:
    return (
        f"<rpc-error><error-type>protocol</error-type><error-tag>{tag}</error-tag><error-severity>error</error-severity>"
        f"<error-message>{message}</error-message><error-info>{info}</error-info></rpc-error>"
    ).encode()


def test_an_answer_comes_back_and_the_session_is_kept(tmp_path: Path, connect: Connect) -> None:
    peer = Peer(lambda request: reply(request, b"<data><x/></data>") + END)
    with listening(peer, tmp_path) as contact:
        pool = connect(contact)
        assert pool.session(HOST).get_config("running", FILTER)[0].tag.endswith("x")
        assert pool.session(HOST).get_config("running", FILTER)[0].tag.endswith("x")
        assert peer.logins == ["admin"]
        assert pool.session(HOST).supports(":startup")


def test_an_answer_takes_no_polling_interval(tmp_path: Path, connect: Connect) -> None:
    with listening(Peer(), tmp_path) as contact:
        session = connect(contact).session(HOST)
        started = time.perf_counter()
        for _ in range(10):
            session.discard()
        assert time.perf_counter() - started < 0.5  # ncclient alone: 0.1 s each


@pytest.mark.parametrize("size", [1, 7, 100000])
def test_chunked_answers_of_any_cut_are_put_together(tmp_path: Path, connect: Connect, size: int) -> None:
    peer = Peer(
        lambda request: chunks(reply(request, b"<data>\xc3\xa9\n##\n</data>"), size), hello("base:1.1") + END, True
    )
    with listening(peer, tmp_path) as contact:
        assert connect(contact).session(HOST).get_config("running", FILTER).text == "é\n##\n"


# -- who is there ------------------------------------------------------------------------------------


def other_key() -> str:
    return " ".join(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2])


def test_another_host_key_is_refused_before_any_log_in(tmp_path: Path, connect: Connect) -> None:
    peer = Peer()
    with listening(peer, tmp_path) as contact, pytest.raises(Untrusted, match="not the pinned one"):
        connect(replace(contact, host_key=other_key())).session(HOST)
    assert peer.logins == []


def test_a_key_of_another_type_is_refused_before_any_log_in(tmp_path: Path, connect: Connect) -> None:
    peer = Peer()
    rsa = " ".join(asyncssh.generate_private_key("ssh-rsa", key_size=2048).export_public_key().decode().split()[:2])
    with listening(peer, tmp_path) as contact, pytest.raises(Unreachable):
        connect(replace(contact, host_key=rsa)).session(HOST)
    assert peer.logins == []


def test_a_switch_without_a_pinned_key_is_not_contacted(tmp_path: Path, connect: Connect) -> None:
    with pytest.raises(Untrusted, match="hostKey"):
        connect(Contact("127.0.0.1", 1, "admin", "", str(tmp_path / "id"))).session(HOST)


def test_no_key_but_ours_is_tried(tmp_path: Path, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with a key that would be let in, and an agent, are of no use."""
    with listening(Peer(), tmp_path) as contact:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh" / "id_ed25519").write_bytes((tmp_path / "id").read_bytes())
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "stranger")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        with pytest.raises(Untrusted, match="not let in"):
            connect(replace(contact, identity_file=str(tmp_path / "stranger"))).session(HOST)


def test_an_unreadable_identity_says_which(tmp_path: Path, connect: Connect) -> None:
    with listening(Peer(), tmp_path) as contact, pytest.raises(Untrusted, match="no-such-file"):
        connect(replace(contact, identity_file=str(tmp_path / "no-such-file"))).session(HOST)


# -- who does not answer -----------------------------------------------------------------------------


@pytest.mark.parametrize("banner", [b"", b"SSH-2.0-Silence\r\n"])
def test_a_mute_peer_is_given_up_in_time(tmp_path: Path, connect: Connect, banner: bytes) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "id")
    with mute(banner) as port:
        started = time.perf_counter()
        with pytest.raises(Unreachable):
            connect(Contact("127.0.0.1", port, "admin", other_key(), str(tmp_path / "id")), connect_s=1).session(HOST)
        assert time.perf_counter() - started < 3


def test_a_peer_without_a_hello_is_given_up_in_time(tmp_path: Path, connect: Connect) -> None:
    with listening(Peer(greeting=None), tmp_path) as contact:
        started = time.perf_counter()
        with pytest.raises(Unreachable):
            connect(contact, connect_s=1).session(HOST)
        assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    "lacking", [b"<session-id>7</session-id>", b"<capability>urn:ietf:params:netconf:base:1.0</capability>"]
)
def test_a_hello_that_lacks_what_every_hello_has_is_unreadable(
    tmp_path: Path, connect: Connect, lacking: bytes
) -> None:
    greeting = hello().replace(lacking, b"")
    assert greeting != hello()
    with listening(Peer(greeting=greeting + END), tmp_path) as contact, pytest.raises(Unreadable, match="hello"):
        connect(contact).session(HOST)


@pytest.mark.parametrize(("took_s", "pauses"), [(1.0, [0.1]), (1.25, [])])
def test_a_refused_connection_is_tried_once_more_and_a_slow_one_is_not(
    tmp_path: Path, took_s: float, pauses: list[float]
) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "id")
    with mute(b"") as port:
        pass
    contact = Contact("127.0.0.1", port, "admin", other_key(), str(tmp_path / "id"))
    times, paused = iter((0.0, 0.0)), list[float]()
    pool = NetconfPool({HOST: contact}, connect_s=5, clock=lambda: next(times, took_s), pause=paused.append)
    with pytest.raises(Unreachable, match=f":{port}"):
        pool.session(HOST)
    assert paused == pauses


def test_a_late_answer_ends_the_session_and_is_never_the_next_ones(tmp_path: Path, connect: Connect) -> None:
    peer = Peer(
        lambda request: b"" if len(peer.requests) == 1 else reply(peer.requests[0]) + END + reply(request) + END
    )
    with listening(peer, tmp_path) as contact:
        pool = connect(contact, rpc_s=0.5)
        first = pool.session(HOST)
        with pytest.raises(Unreachable, match=r"no answer to discard-changes within 0\.5 s"):
            first.discard()
        assert not first.alive
        with pytest.raises((Unreachable, Unreadable)):
            first.discard()
        assert pool.session(HOST) is not first


def test_a_cut_connection_is_noticed_at_once_and_replaced(tmp_path: Path, connect: Connect) -> None:
    peer = Peer(lambda request: None if len(peer.requests) == 1 else reply(request) + END)
    with listening(peer, tmp_path) as contact:
        pool = connect(contact)
        started = time.perf_counter()
        with pytest.raises(Unreachable):
            pool.session(HOST).commit()
        assert time.perf_counter() - started < 2
        pool.session(HOST).commit()


# -- who answers nonsense ----------------------------------------------------------------------------


NONSENSE = {
    "empty": lambda request: reply(request, b"") + END,
    "data for ok": lambda request: reply(request, b"<data/>") + END,
    "no xml": lambda request: b"Syntax error near line 1" + END,
    "cut xml": lambda request: reply(request)[:-9] + END,
    "no utf-8": lambda request: reply(request, b"<ok/>\xff\xfe") + END,
    "foreign id": lambda request: reply(request).replace(b'message-id="', b'message-id="x') + END,
    "no id": lambda request: b'<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><ok/></rpc-reply>' + END,
    "document type": lambda request: b'<!DOCTYPE a [<!ENTITY b "c">]>' + reply(request) + END,
    "external entity": lambda request: b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + reply(request) + END,
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_an_answer_that_is_none_is_an_error_at_once(
    tmp_path: Path, connect: Connect, answer: Callable[[bytes], bytes]
) -> None:
    with listening(Peer(answer), tmp_path) as contact:
        session = connect(contact).session(HOST)
        started = time.perf_counter()
        with pytest.raises(Unreadable):
            session.commit()
        assert time.perf_counter() - started < 2
        assert not session.alive


def test_a_flood_is_cut_off_at_the_cap(tmp_path: Path, connect: Connect) -> None:
    peer = Peer(lambda request: b"<rpc-reply>" + b" " * (20 * 1024 * 1024))
    with listening(peer, tmp_path) as contact, pytest.raises(Unreadable, match="more than"):
        connect(contact, rpc_s=20).session(HOST).commit()


def test_a_chunk_of_a_size_beyond_the_cap_is_refused_before_it_comes(tmp_path: Path, connect: Connect) -> None:
    peer = Peer(lambda request: b"\n#4294967295\n", hello("base:1.1") + END, True)
    with listening(peer, tmp_path) as contact, pytest.raises(Unreadable, match="more than"):
        connect(contact).session(HOST).commit()


# -- who says no -------------------------------------------------------------------------------------


def test_a_refusal_names_every_error_and_keeps_the_session(tmp_path: Path, connect: Connect) -> None:
    content = error("invalid-value", "VLAN 5000 is outside") + error("unknown-element", "no such leaf")
    with listening(Peer(lambda request: reply(request, content) + END), tmp_path) as contact:
        session = connect(contact).session(HOST)
        with pytest.raises(RpcRejected, match=r"invalid-value VLAN 5000.*unknown-element") as caught:
            session.commit()
        assert caught.value.tag == "invalid-value"
        assert isinstance(caught.value, Rejected)
        assert session.alive


def test_a_lock_of_somebody_else_is_named(tmp_path: Path, connect: Connect) -> None:
    denied = error("lock-denied", "no", "<session-id>42</session-id>")
    peer = Peer(lambda request: reply(request, denied) + END)
    with listening(peer, tmp_path) as contact, pytest.raises(Locked, match="session 42 holds running"):
        connect(contact).session(HOST).lock("running")


def test_requests_do_not_reach_the_log(tmp_path: Path, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    with listening(Peer(), tmp_path) as contact, caplog.at_level(logging.INFO):
        connect(contact).session(HOST).edit(etree.fromstring(b"<config>s3cret</config>"))
    assert "s3cret" not in caplog.text


def test_a_doubtful_switch_stays_so_until_settled(tmp_path: Path, connect: Connect) -> None:
    with listening(Peer(), tmp_path) as contact:
        pool = connect(contact)
        session = pool.session(HOST)
        pool.drop(HOST, doubtful=True)
        assert not session.alive
        assert pool.doubtful(HOST)
        pool.settle(HOST)
        assert not pool.doubtful(HOST)
