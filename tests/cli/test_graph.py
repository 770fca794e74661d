from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.exits import Exit
from reconciler.cli.main import cli

ROOT = Path(__file__).parents[2]
QUICKSTART = str(ROOT / "examples/quickstart.yaml")
SITES = str(ROOT / "specs/sites")


def graph(state: Path, *arguments: str) -> Result:
    command = ["--state-dir", str(state), "graph", "--sites", SITES, *arguments]
    return CliRunner().invoke(cli, command, standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize(
    ("form", "start"), [("mermaid", "flowchart"), ("dot", 'graph "quickstart" {'), ("svg", "<svg ")]
)
def test_each_format_begins_as_its_readers_expect(form: str, start: str, tmp_path: Path) -> None:
    found = graph(tmp_path, "-f", QUICKSTART, "-o", form)
    assert (found.return_value, found.stdout[: len(start)]) == (Exit.OK, start)


def test_nothing_is_written_and_no_lab_is_needed(tmp_path: Path) -> None:
    assert graph(tmp_path, "-f", QUICKSTART).return_value == Exit.OK
    assert list(tmp_path.iterdir()) == []


def test_two_experiments_share_a_picture_and_no_node(tmp_path: Path) -> None:
    one = (ROOT / "examples/quickstart.yaml").read_text().replace("count: 4,", "count: 2,")
    other = one.split("---")[0].replace("name: quickstart", "name: second").replace("10.136.16.0", "10.136.17.0")
    (tmp_path / "both.yaml").write_text(f"{one}---\n{other}")
    found = graph(tmp_path / "state", "-f", str(tmp_path / "both.yaml"))
    titles = [line.split("<b>")[1].split("</b>")[0] for line in found.stdout.splitlines() if "image debian-xen" in line]
    assert sorted(titles) == sorted({f"{c}-{n}" for c in ("chinqchint", "griffon") for n in range(1, 5)})
    assert "quickstart/lan" in found.stdout and "second/lan" in found.stdout


def test_the_picture_in_the_documentation_is_that_of_the_quickstart(tmp_path: Path) -> None:
    drawn = graph(tmp_path, "-f", QUICKSTART, "-o", "svg").stdout
    kept = (ROOT / "docs/quickstart.svg").read_text()
    assert kept == drawn, "make it anew: reconciler graph -f examples/quickstart.yaml --sites specs/sites -o svg"
