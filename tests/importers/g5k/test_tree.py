"""Finding the tree, and reading its files without trusting them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.importers.findings import Findings
from reconciler.importers.g5k.tree import NotATree, natural_key, open_tree
from tests.importers.g5k.trees import TreeOnDisk, findings, node, only_site


@pytest.mark.parametrize("place", [".", "data", "data/grid5000"])
def test_the_tree_is_found_from_any_of_its_upper_folders(tree: TreeOnDisk, place: str) -> None:
    assert open_tree(tree.root / place, Findings()).site_names() == ("rennes",)


def test_a_folder_without_sites_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(NotATree, match="data/grid5000/sites"):
        open_tree(tmp_path, Findings())


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "{} {}", '{"a": ' * 100_000, '{"n": ' + "9" * 5000 + "}"])
def test_a_file_that_is_no_json_object_is_reported_and_the_rest_is_read(tree: TreeOnDisk, text: str) -> None:
    tree.add_nodes(node(1))
    broken = tree.write("rennes/clusters/para/nodes/para-2.json", text)
    imported = tree.run()
    assert [found.name for found in only_site(imported).spec.nodes] == ["para-1"]
    (told,) = findings(imported, "I101")
    assert told.span is not None and told.span.file == str(broken)


def test_a_syntax_error_is_told_with_its_position(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1))
    tree.write("rennes/clusters/para/nodes/para-2.json", '{\n  "uid": oops\n}')
    (told,) = findings(tree.run(), "I101")
    assert told.span is not None and (told.span.line, told.span.column) == (2, 10)


def test_a_file_that_is_not_text_is_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1))
    tree.write("rennes/clusters/para/nodes/para-2.json", "").write_bytes(b'{"uid": "\xff"}')
    assert findings(tree.run(), "I101")


def test_a_link_out_of_the_tree_is_not_followed(tree: TreeOnDisk, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.json"
    outside.write_text('{"uid": "para-9"}')
    tree.add_nodes(node(1))
    (tree.root / "data/grid5000/sites/rennes/clusters/para/nodes/para-9.json").symlink_to(outside)
    imported = tree.run()
    assert len(only_site(imported).spec.nodes) == 1
    assert "link out of the tree" in findings(imported, "I101")[0].summary


def test_the_state_of_a_site_is_that_of_its_newest_file(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1))
    day = datetime(2010, 5, 17, 12, tzinfo=UTC)
    for path in (tree.root / "data/grid5000/sites/rennes").rglob("*.json"):
        os.utime(path, (day.timestamp(), day.timestamp()))
    assert open_tree(tree.root, Findings()).latest_change("rennes") == day.date()
    assert "state of 2010-05-17" in tree.run().sites[0].text.splitlines()[0]


def test_numbers_sort_as_numbers() -> None:
    assert sorted(["b-10", "b-2", "a", "b-2-eth1"], key=natural_key) == ["a", "b-2", "b-2-eth1", "b-10"]
