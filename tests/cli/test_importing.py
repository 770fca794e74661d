"""``reconciler import`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.importing import import_
from reconciler.cli.main import main
from reconciler.spec.load import examine
from tests.importers.g5k.trees import TreeOnDisk, adapter, node


@pytest.fixture
def tree(tmp_path: Path) -> TreeOnDisk:
    tree = TreeOnDisk(tmp_path / "repository")
    tree.add_nodes(*(node(n, [adapter(number=n, switch_port=None)]) for n in range(1, 6)))
    return tree


def run(tree: TreeOnDisk, *arguments: str) -> Result:
    return CliRunner().invoke(import_, ["g5k", str(tree.root), *arguments])


def test_without_out_the_documents_go_to_standard_output_and_findings_to_standard_error(tree: TreeOnDisk) -> None:
    result = run(tree)
    assert result.exit_code == 0
    assert examine({"-": result.stdout}).catalogue is not None
    assert "warning I205" in result.stderr and "I205" not in result.stdout


def test_several_sites_on_standard_output_are_several_documents(tree: TreeOnDisk) -> None:
    tree.add_site("nancy", {"uid": "nancy", "g5ksubnet": {"network": "10.144.0.0/14"}})
    tree.add_nodes(node(1, [adapter(mac=None, ip=None)], uid="gros-1"), site="nancy", cluster="gros")
    examination = examine({"-": run(tree).stdout})
    assert examination.catalogue is not None
    assert sorted(examination.catalogue.sites) == ["nancy", "rennes"]


def test_only_the_first_findings_of_a_kind_are_shown_and_all_are_counted(tree: TreeOnDisk) -> None:
    short, full = run(tree).stderr, run(tree, "--all").stderr
    assert (short.count("warning I205"), full.count("warning I205")) == (3, 5)
    assert "     5 I205 nodes whose switch port is not known" in short


def test_out_gets_a_file_for_each_site(tree: TreeOnDisk, tmp_path: Path) -> None:
    result = run(tree, "--out", str(tmp_path / "sites"))
    file = tmp_path / "sites/rennes.yaml"
    assert result.stdout == f"{file}: 5 nodes, 1 switches\n"
    assert "kind: Site" in file.read_text()


def test_a_file_that_was_edited_is_not_replaced_unless_forced(tree: TreeOnDisk, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path))
    assert run(tree, *out).exit_code == 0
    assert run(tree, *out).exit_code == 0  # the same again
    (tmp_path / "rennes.yaml").write_text("edited")
    refused = run(tree, *out)
    assert refused.exit_code != 0 and "--force" in refused.stderr
    assert (tmp_path / "rennes.yaml").read_text() == "edited"
    assert run(tree, *out, "--force").exit_code == 0
    assert "kind: Site" in (tmp_path / "rennes.yaml").read_text()


def test_strict_makes_findings_errors_and_writes_nothing(tree: TreeOnDisk, tmp_path: Path) -> None:
    result = run(tree, "--strict", "--out", str(tmp_path / "sites"))
    assert result.exit_code == 4
    assert "error I205" in result.stderr
    assert not (tmp_path / "sites").exists()


def test_strict_does_not_mind_what_was_asked_for(tmp_path: Path) -> None:
    tree = TreeOnDisk(tmp_path)
    tree.add_site("rennes", {"uid": "rennes", "g5ksubnet": {"network": "10.156.0.0/14"}})
    tree.add_nodes(node())
    found = json.loads(run(tree, "-o", "json", "--wan", "renater").stdout)["findings"]
    assert {"I901", "I503"} <= {finding["code"] for finding in found}
    strict = json.loads(run(tree, "-o", "json", "--wan", "renater", "--strict").stdout)["findings"]
    severities = {finding["code"]: finding["severity"] for finding in strict}
    assert (severities["I901"], severities["I503"]) == ("warning", "error")


def test_json_has_the_documents_and_every_finding_with_its_place(tree: TreeOnDisk) -> None:
    found = json.loads(run(tree, "-o", "json").stdout)
    assert [(site["name"], site["nodes"]) for site in found["sites"]] == [("rennes", 5)]
    assert "kind: Site" in found["sites"][0]["document"]
    told = [finding for finding in found["findings"] if finding["code"] == "I205"]
    assert len(told) == 5
    assert told[0]["file"].endswith("para-1.json") and told[0]["line"] > 1


def test_json_stays_json_when_strict_refuses(tree: TreeOnDisk) -> None:
    result = run(tree, "-o", "json", "--strict")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["findings"]


@pytest.mark.parametrize(
    "arguments", [("--site", "atlantis"), ("--lease", "10.156.0.0"), ("--lease", "192.168.0.0/24"), ("--wan", "a b")]
)
def test_an_option_that_does_not_fit_is_a_usage_error(tree: TreeOnDisk, arguments: tuple[str, ...]) -> None:
    result = run(tree, *arguments)
    assert result.exit_code == 2  # Click's own; the next test shows what leaves the process
    assert result.stdout == ""


def test_a_usage_error_leaves_the_process_with_64(tree: TreeOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["reconciler", "import", "g5k", str(tree.root), "--site", "atlantis"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 64


def test_a_folder_without_a_repository_is_a_usage_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(import_, ["g5k", str(tmp_path)])
    assert result.exit_code == 2
    assert "data/grid5000/sites" in result.stderr


def test_file_names_cannot_steer_the_terminal(tree: TreeOnDisk) -> None:
    tree.write("rennes/clusters/para/nodes/\x1b[31mred\u202e.json", "{")
    stderr = run(tree).stderr
    assert "\x1b" not in stderr and "\u202e" not in stderr
    assert "\\u001b[31mred\\u202e.json" in stderr
