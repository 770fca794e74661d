"""XML as we read it from devices."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import Unreadable
from reconciler.transport.strict_xml import parse

DOCTYPE = '<!DOCTYPE a [<!ENTITY b "c">]>'


def utf_7(text: str) -> str:
    return f"+{base64.b64encode(text.encode('utf-16-be')).decode().rstrip('=')}-"


@pytest.mark.parametrize("text", ["<a/>", '<?xml version="1.0" encoding="UTF-8"?><a/>', "<a>é &lt;b&gt;</a>"])
def test_plain_xml_is_read(text: str) -> None:
    assert parse(text).tag == "a"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<a>", id="no end"),
        pytest.param("<a>\x00</a>", id="NUL"),
        pytest.param("<a>\ud800</a>", id="half a character"),
        pytest.param(f"{DOCTYPE}<a>&b;</a>", id="document type"),
        pytest.param('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', id="document type of a file"),
        pytest.param(f'<?xml version="1.0" encoding="UTF-7"?>{utf_7(DOCTYPE)}<a/>', id="document type in UTF-7"),
        pytest.param('<?xml version="1.0" encoding="UTF-7"?><a/>', id="UTF-7"),
        pytest.param('<?xml version="1.0" encoding="UTF-16"?><a/>', id="UTF-16"),
        pytest.param("<a>&b;</a>", id="unknown entity"),
        pytest.param("<a>" * 10_000 + "</a>" * 10_000, id="10,000 levels"),
    ],
)
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


@given(st.text())
def test_any_text_is_read_or_unreadable(text: str) -> None:
    try:
        parse(text)
    except Unreadable as error:
        assert str(error)
