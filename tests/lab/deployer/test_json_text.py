"""Texts as the server lays them out."""

import json

from hypothesis import given
from hypothesis import strategies as st

from reconciler.lab.deployer.json_text import fold_nodes, render_json


def test_empty_lists_have_an_empty_line():
    assert render_json({"ok": []}) == '{\n  "ok": [\n\n  ]\n}'


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_printed_means_what_it_did(value):
    assert json.loads(render_json(value)) == value


def test_nodes_are_folded_by_number():
    names = [f"chicon-{number}.lille" for number in (5, 1, 2)] + ["frontend.lille", "griffon-7.nancy"]
    assert fold_nodes(names) == "chicon-[1-2,5].lille,griffon-7.nancy,frontend.lille"
