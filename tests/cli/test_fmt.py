from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from reconciler.cli.fmt import layout
from reconciler.model.errors import SpecError

ROOT = Path(__file__).parents[2]
OURS = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "specs").rglob("*.yaml")])


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_our_own_documents_are_in_the_layout(file: Path) -> None:
    text = file.read_text()
    assert layout(text, file.name) == text


def test_comments_order_and_meaning_are_kept() -> None:
    text = "# why\nb:   [1,  2]\na:\n - x   # here\n - {k:   'v'}\n"
    new = layout(text, "f.yaml")
    assert new == "# why\nb: [1, 2]\na:\n  - x # here\n  - {k: 'v'}\n" or "# here" in new
    assert yaml.safe_load(new) == yaml.safe_load(text)
    assert list(yaml.safe_load(new)) == ["b", "a"]
    assert layout(new, "f.yaml") == new


def test_what_is_not_valid_is_left_alone() -> None:
    with pytest.raises(SpecError):
        layout("a: [1\n", "f.yaml")
