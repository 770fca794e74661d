"""Positions of values in JSON texts."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.importers.json_position import Step, locate

TEXT = """{
  "uid": "a,{\\"b]",
  "nics": [
    {"ip": "10.0.0.1", "port": "Gi2\\/1"},
    {"ip": null}, [true, -1.5e3]
  ]
}"""


@pytest.mark.parametrize(
    ("path", "line", "starts"),
    [
        ((), 1, "{"),
        (("uid",), 2, '"a,'),
        (("nics",), 3, "["),
        (("nics", 0, "port"), 4, '"Gi2'),
        (("nics", 1), 5, "{"),
        (("nics", 1, "ip"), 5, "null"),
        (("nics", 2, 1), 5, "-1.5e3"),
        (("nics", 1, "mac"), 5, '{"ip": null}'),
        (("nobody",), 1, "{"),
    ],
)
def test_a_value_is_where_it_stands_and_a_missing_one_where_it_should(
    path: tuple[Step, ...], line: int, starts: str
) -> None:
    found, column = locate(TEXT, path)
    assert found == line
    assert TEXT.splitlines()[line - 1][column - 1 :].startswith(starts)


def paths(value: object, here: tuple[Step, ...] = ()) -> list[tuple[tuple[Step, ...], object]]:
    inner: list[tuple[Step, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [(here, value), *(found for step, item in inner for found in paths(item, (*here, step)))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([None, 2]))
def test_what_stands_at_a_position_is_the_value_at_that_path(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=True)
    lines = text.split("\n")
    for path, wanted in paths(value):
        line, column = locate(text, path)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == wanted


@given(st.text(), st.lists(st.integers(0, 3) | st.text(max_size=3), max_size=4))
def test_any_text_has_positions(text: str, path: list[Step]) -> None:
    line, column = locate(text, path)
    assert line >= 1 and column >= 1
