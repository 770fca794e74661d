from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciler.cli.main import cli
from reconciler.lab.deployer import faults as deployer_faults
from reconciler.lab.host import faults as host_faults
from reconciler.lab.switch.faults import FaultKind
from reconciler.spec.load import load
from reconciler.store.schema import MIGRATIONS
from tests.drawing.scenes import texts_of

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PACKAGES = sorted(init.parent.name for init in (ROOT / "reconciler").glob("*/__init__.py"))
DECISIONS = sorted((ROOT / "docs/adr").glob("0*.md"))


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_modules_that_a_page_names_are_there(page: Path) -> None:
    names = re.findall(rf"`((?:{'|'.join(PACKAGES)})/(?:[\w*/]+(?:\.py|/))?)`", page.read_text(encoding="utf-8"))
    assert [name for name in names if not list((ROOT / "reconciler").glob(name))] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_a_page_shows_are_there(page: Path) -> None:
    shown = re.findall(r"(?:^|^\$ |`)reconciler ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(shown) <= set(cli.list_commands(None))  # type: ignore[arg-type]  # unused there


def test_the_readme_shows_a_document_that_is_valid() -> None:
    (document,) = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    catalogue = load({"README.md": document, **texts_of("specs/sites", "specs/environments")})
    assert list(catalogue.experiments) == ["wide"]


@pytest.mark.parametrize("page", DECISIONS, ids=named)
def test_a_decision_is_a_page_with_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert len(text) < 4000


def test_decisions_are_numbered_without_gaps_and_all_are_listed() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    listed = re.findall(r"\[(\d{4})\]\((.+?)\) \| (.+) \|", (ROOT / "docs/adr/README.md").read_text())
    titles = [page.read_text(encoding="utf-8").partition("\n")[0].partition(". ")[2] for page in DECISIONS]
    assert listed == [(page.name[:4], page.name, title) for page, title in zip(DECISIONS, titles, strict=True)]


def test_the_page_on_the_lab_names_every_fault() -> None:
    text = (ROOT / "docs/lab.md").read_text()
    faults = host_faults.LASTING | host_faults.AT_ONCE | deployer_faults.LASTING | deployer_faults.AT_ONCE
    assert [name for name in sorted({*faults, *map(str, FaultKind)}) if f"`{name}" not in text] == []


def test_the_page_on_the_design_names_every_table() -> None:
    text = (ROOT / "docs/design.md").read_text()
    tables = {name for sql in MIGRATIONS for name in re.findall(r"CREATE TABLE (\w+)", sql)} - {"meta"}
    assert tables and [name for name in sorted(tables) if f"| `{name}` |" not in text] == []
