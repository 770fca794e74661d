"""Documents as text that reads back as what was written."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.importers.document_text import render_document
from reconciler.spec.read import read

KEYS = st.sampled_from(["metadata", "vlans", "interfaces", "links", "nodes", "name", "spec"])
SCALARS = st.text() | st.integers() | st.booleans()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1)


@given(DOCUMENTS)
def test_any_document_reads_back_even_for_a_reader_of_yaml_1_1(document: dict[str, object]) -> None:
    text = render_document(document, ["a comment", ""])  # type: ignore[arg-type]  # any JSON will do
    assert yaml.safe_load(text) == document


@given(DOCUMENTS)
def test_any_document_that_we_may_read_reads_back(document: dict[str, object]) -> None:
    """Values with control characters are nobody's; a long number is text."""
    reading = read(render_document(document, ["a comment"]), "again")  # type: ignore[arg-type]  # any JSON will do
    assert {found.code for found in reading.diagnostics} <= {"S117", "S118"}
    assert reading.diagnostics or [tree.value for tree in reading.trees] == [document]


def test_nodes_are_blocks_and_interfaces_are_lines() -> None:
    text = render_document(
        {"nodes": [{"name": "a-1", "interfaces": [{"name": "eth0", "mac": "12:34:56:12:34:56", "port": "1"}]}]}, ["x"]
    )
    assert text == (
        '# x\nnodes:\n  - name: a-1\n    interfaces:\n      - {name: eth0, mac: "12:34:56:12:34:56", port: "1"}\n'
    )


def test_what_a_reader_could_take_for_something_else_is_quoted() -> None:
    text = render_document(
        {"vlans": {"a": "716", "b": "701-703", "c": "no", "d": "1e3", "e": "10.0.0.0/8", "f": "64MiB"}}, []
    )
    assert text == 'vlans: {a: "716", b: "701-703", c: "no", d: "1e3", e: 10.0.0.0/8, f: 64MiB}\n'
