"""The page on the design, held against the code: its words, packages, kinds and the version of the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciler.drivers import discover, module_of
from reconciler.resources.kinds import KINDS
from reconciler.store.schema import MIGRATIONS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "reconciler"
DESIGN = (ROOT / "docs/design.md").read_text(encoding="utf-8")
OURS = ("docs/design.md", *(f"docs/adding-a-{name}.md" for name in ("driver", "member", "family", "kind")), "README.md")
CODE = "".join(
    file.read_text()
    for folder in ("reconciler", "tests/contract", "tests/resources", "tests/examples")
    for file in sorted((ROOT / folder).rglob("*.py"))
)
FILES = {file.stem for folder in ("reconciler", "tests") for file in (ROOT / folder).rglob("*.py")}
WORDS = FILES.union(re.findall(r"\w+", CODE))
OF_OTHERS = {"NOTIFY", "bench", "lint"}
"""Words of PostgreSQL, of the Makefile, and of a linter."""
RETIRED = re.compile(
    r"\b(books?|goods|linger\w*|strangers?|deed|forsaken|Suspect|Disown|RunSetting|Wish|Keeper|Workshop|Tally)\b"
)
"""Words that stood in an earlier version of the program."""


def unknown_words(page: str) -> list[str]:
    """Words in code marks, of names and calls, that no module has."""
    marked = {word for mark in re.findall(r"`([^`\n]+)`", page) for word in re.findall(r"[A-Za-z_]\w{3,}", mark)}
    return sorted(word for word in marked - WORDS - OF_OTHERS)


@pytest.mark.parametrize("name", OURS)
def test_a_page_names_nothing_that_the_code_no_longer_has(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert unknown_words(page) == []
    assert RETIRED.findall(page) == []


def test_a_name_that_is_gone_is_found() -> None:
    assert unknown_words("`ReportUnknownEpoch` and `DisownEpoch(number)` of `engine/effects.py`") == ["DisownEpoch"]
    assert RETIRED.findall("read from the books, where goods linger") == ["books", "goods", "linger"]


def test_the_page_names_every_package_and_every_kind_in_its_order() -> None:
    packages = {init.parent.name for init in PACKAGE.glob("*/__init__.py")}
    table = DESIGN.partition("## Packages")[2].partition("\n## ")[0]
    assert packages - set(re.findall(r"`(\w+)`", table)) == set()
    listed = re.search(r"kinds ((?:`\w+`(?:, )?)+)\.", DESIGN)
    assert listed is not None and re.findall(r"`(\w+)`", listed[1]) == list(KINDS)


def test_the_page_names_every_family_and_every_driver() -> None:
    folders = {module_of(name).removeprefix("reconciler.").replace(".", "/") + "/" for name in discover()}
    folders |= {f"drivers/{init.parent.name}/" for init in (PACKAGE / "drivers").glob("*/__init__.py")}
    assert sorted(folder for folder in folders if f"`{folder}`" not in DESIGN) == []


def test_the_page_says_which_version_the_schema_has() -> None:
    assert re.findall(r"The schema has version (\d+)", DESIGN) == [str(len(MIGRATIONS))]
