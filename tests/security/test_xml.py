"""S6: no document type, no entity and nothing from outside, in whatever a switch says."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

from reconciler.model.errors import Unreadable
from reconciler.transport.netconf import NetconfPool
from tests.transport.netconf_peer import END, Peer, listening, reply

HOST = "sw-1.lille"
FILTER = etree.Element("{http://openconfig.net/yang/interfaces}interfaces")
ROOT = Path(__file__).parents[2]


def utf_7(text: str) -> str:
    return f"+{base64.b64encode(text.encode('utf-16-be')).decode().rstrip('=')}-"


OUTSIDE = '<!DOCTYPE a SYSTEM "PIPE">'


def laughs(levels: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]>'


PROLOGUES = {
    "internal entity": '<!DOCTYPE a [<!ENTITY e "c">]>',
    "billion laughs": laughs(10),
    "quadratic": f'<!DOCTYPE a [<!ENTITY e "{"x" * 50_000}">]>',
    "external entity": '<!DOCTYPE a [<!ENTITY e SYSTEM "PIPE">]>',
    "external document type": OUTSIDE,
    "parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "PIPE"> %p;]>',
    "in UTF-7": f'<?xml version="1.0" encoding="UTF-7"?>{utf_7(laughs(3))}',
    "external entity in UTF-7": f'<?xml version="1.0" encoding="UTF-7"?>{utf_7(OUTSIDE)}',
    "another case": '<!doctype a [<!ENTITY e "c">]>',
}


def ask(peer: Peer, folder: Path) -> etree._Element:
    with listening(peer, folder) as contact:
        pool = NetconfPool({HOST: contact}, connect_s=5, rpc_s=5)
        try:
            return pool.session(HOST).get_config("running", FILTER)
        finally:
            pool.close()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A named pipe: whoever opens it to read is noticed, and waits for ever."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def has_reader(pipe: Path) -> bool:
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("prologue", PROLOGUES.values(), ids=PROLOGUES)
def test_s06_a_reply_with_a_document_type_is_refused_and_nothing_is_opened(
    tmp_path: Path, pipe: Path, prologue: str
) -> None:
    head = prologue.replace("PIPE", str(pipe)).encode()
    said = Peer(lambda request: head + reply(request, b"<data>&e;&e1;</data>") + END)
    started = time.monotonic()
    with pytest.raises(Unreadable):
        ask(said, tmp_path)
    assert time.monotonic() - started < 3
    assert not has_reader(pipe)


def test_s06_an_inclusion_in_a_reply_is_an_element_like_any_other(tmp_path: Path, pipe: Path) -> None:
    content = f'<data><x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{pipe}" parse="text"/></data>'.encode()
    data = ask(Peer(lambda request: reply(request, content) + END), tmp_path)
    assert data[0].tag == "{http://www.w3.org/2001/XInclude}include"
    assert not has_reader(pipe)


def test_s06_a_greeting_with_a_document_type_is_refused(tmp_path: Path) -> None:
    peer = Peer()
    peer.greeting = b'<!DOCTYPE hello [<!ENTITY e "c">]>' + (peer.greeting or b"")
    with pytest.raises(Exception, match="document type"):
        ask(peer, tmp_path)


def test_s06_no_switch_is_asked_with_an_lxml_that_opens_files(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(
        "import lxml.etree\n"
        "lxml.etree.LXML_VERSION = (6, 0, 2, 0)\n"
        "from reconciler.drivers import Connected\n"
        "from reconciler.transport.connections import Connections\n"
        "Connected(Connections({}, {}, {}, None, lambda: 0.0, lambda s: None))['openconfig']\n"
    )
    done = subprocess.run(
        [sys.executable, str(tmp_path / "old.py")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RECONCILER_STATE_DIR": str(tmp_path / "state")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "lxml 6.0.2.0 is older than 6.1.0" in done.stderr
