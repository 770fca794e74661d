"""The pages on drivers and kinds: each walks through all files of its example, and states what the code has."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from reconciler.resources.kind import Kind
from tests.docs.signatures import blocks, files_named, wrong_files, wrong_signatures
from tests.examples.test_examples import RUN

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "examples"
WALKS = {
    "adding-a-member.md": ("kvm", "dialect"),
    "adding-a-family.md": ("dns",),
    "adding-a-kind.md": ("dns",),
}
PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").rglob("*.md")])
ROOTS = [ROOT, *(EXAMPLES / name for names in WALKS.values() for name in names)]
CONSTANTS = {"verified": "VERIFIED", "claims": "CLAIMING", "holding": "HOLDING"}
"""Sets that `resources/kinds.py` makes of a column; who reads one of them reads the column."""


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


# -- files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WALKS)
def test_a_page_names_every_file_of_its_example_and_no_other(name: str) -> None:
    assert wrong_files(text_of(name), [EXAMPLES / each for each in WALKS[name]], ROOT) == []


def test_every_example_is_walked_through_and_every_page_is_linked_from_the_first() -> None:
    assert {name for names in WALKS.values() for name in names} == {example.folder for example in RUN}
    first = text_of("adding-a-driver.md")
    assert [name for name in WALKS if f"]({name})" not in first] == []


def test_a_file_that_a_page_forgets_or_makes_up_is_found() -> None:
    page = text_of("adding-a-family.md")
    driver = "reconciler/drivers/service/dns/driver.py"
    example = [EXAMPLES / "dns"]
    assert wrong_files(page.replace(f"`{driver}`", ""), example, ROOT) == [f"not named: {driver}"]
    made_up = driver.replace("driver.py", "zone.py")
    assert wrong_files(f"{page}\n`{made_up}`\n", example, ROOT) == [f"not there: {made_up}"]


# -- signatures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_signatures_that_a_page_states_are_those_of_the_code(page: Path) -> None:
    assert wrong_signatures(page.read_text(encoding="utf-8"), ROOTS) == []


def test_the_pages_state_the_protocols_that_have_to_be_written() -> None:
    stated = {each for name in (*WALKS, "adding-a-driver.md") for each in files_named(text_of(name))}
    assert {f"reconciler/{name}.py" for name in ("model/driver", "drivers/host/hypervisor")} <= stated
    assert {f"reconciler/drivers/switch/{name}.py" for name in ("dialect", "session", "capabilities")} <= stated


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("def plan(self, change: Change[S])", "def plan(self, due: Change[S])"),
        ("wanted: Collection[Resource[S]]", "wanted: Sequence[Resource[S]]"),
        ("-> Step[C]: ...", "-> Plan: ..."),
        (", fence: Fence) -> Iterator[Outcome]", ") -> Iterator[Outcome]"),
        ("class Driver(Protocol[S, C]):", "class Driver(Protocol[S]):"),
        ("    def plan(self, change: Change[S]) -> Step[C]: ...\n", ""),
        ("class Driver(", "class Backend("),
        ("# reconciler/model/driver.py", "# reconciler/model/drivers.py"),
        ("# reconciler/model/driver.py\n", ""),
        ('connections.services.get("dns", {})', 'connections.services["dns"]'),
    ],
)
def test_a_page_with_a_wrong_signature_is_found(right: str, wrong: str) -> None:
    page = text_of("adding-a-family.md")
    assert right in page
    assert len(wrong_signatures(page.replace(right, wrong), ROOTS)) == 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("keeps_disk: bool = False", "keeps_disk: bool = True"),
        ("    @property\n    def live", "    def live"),
        ("vlan_ids: range", "vlan_ids: frozenset[int]"),
        ("    lock: bool\n", ""),
    ],
)
def test_a_page_with_a_wrong_field_or_default_is_found(right: str, wrong: str) -> None:
    page = text_of("adding-a-member.md")
    assert right in page
    assert len(wrong_signatures(page.replace(right, wrong), ROOTS)) == 1


def test_no_block_of_python_is_out_of_reach() -> None:
    """One that is indented would not be seen."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert len(blocks(text)) == len(re.findall(r"^\s*```python", text, re.MULTILINE)), named(page)


# -- the columns of a row ------------------------------------------------------------------------------


def columns(page: str) -> dict[str, list[str]]:
    """Names of the columns, and the modules that a page says read them."""
    table = re.search(r"^\| Column .*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert table is not None
    rows = [line.strip("| ").split(" | ") for line in table[1].splitlines()]
    return {row[0].strip("`"): re.findall(r"`([\w/]+\.py)`", row[2]) for row in rows}


def not_reading(page: str) -> list[str]:
    found = []
    for column, modules in columns(page).items():
        reads = re.compile(rf"\.{column}\b" + (rf"|\b{CONSTANTS[column]}\b" if column in CONSTANTS else ""))
        for name in modules:
            file = ROOT / name if name.startswith("tests/") else ROOT / "reconciler" / name
            if not file.is_file() or not reads.search(file.read_text()):
                found.append(f"{name} does not read {column}")
    return found


def test_the_page_on_kinds_explains_every_column_in_its_order() -> None:
    assert list(columns(text_of("adding-a-kind.md"))) == [field.name for field in fields(Kind)]


def test_every_column_is_read_where_the_page_says() -> None:
    page = text_of("adding-a-kind.md")
    assert all(columns(page).values()), "a column that nothing reads is a lie"
    assert not_reading(page) == []


def test_a_column_that_a_page_forgets_or_gives_to_a_wrong_reader_is_found() -> None:
    page = text_of("adding-a-kind.md")
    forgotten = re.sub(r"^\| `grows` .*\n", "", page, flags=re.MULTILINE)
    assert "grows" not in columns(forgotten)
    wrong = page.replace("`planning/cross_check.py`", "`planning/narrow.py`", 1)
    assert not_reading(wrong) == ["planning/narrow.py does not read says_of_carrier"]


# -- the simulator -------------------------------------------------------------------------------------


def test_the_first_page_explains_all_that_the_contract_suite_reads_of_a_simulator() -> None:
    suite = "".join(file.read_text() for file in sorted((ROOT / "tests" / "contract").glob("test_*.py")))
    read = set(re.findall(r"getattr\(simulator\(name\), \"(\w+)\"|simulator\(name\)\.(\w+)", suite))
    explained = re.findall(r"^\| `(make|[A-Z_]+)` \|", text_of("adding-a-driver.md"), re.MULTILINE)
    assert sorted(explained) == sorted({name for pair in read for name in pair if name})
