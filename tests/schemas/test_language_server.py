"""The schemas do in an editor what they are for; proven with the real YAML language server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.schemas.language_server import LanguageServer

ROOT = Path(__file__).parents[2]
MODELINE = f"# yaml-language-server: $schema={ROOT}/schemas/{{}}.schema.json\n"
GOOD = """apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: hadoop}
spec:
  nodes:
    - {name: hosts, site: lille, count: 3, image: debian-xen}
  networks:
    - name: lan
      kind: global
      sites: [lille]
  vms:
    - name: worker
      count: 6
      "on": hosts
      image: hadoop
      memory: 512MiB
      networks: [lan]
"""


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    missing = [tool for tool in ("node", "npm") if shutil.which(tool) is None]
    if missing:
        assert not os.environ.get("CI"), f"{missing} must be there to prove the schemas"
        pytest.skip(f"{missing} is not there")
    running = LanguageServer()
    yield running
    running.close()


def write(folder: Path, text: str, schema: str = "document") -> Path:
    file = folder / f"{schema}.yaml"
    file.write_text(MODELINE.format(schema) + text)
    return file


@pytest.mark.parametrize("schema", ["experiment", "document"])
def test_a_good_file_has_no_diagnostics(server: LanguageServer, tmp_path: Path, schema: str) -> None:
    assert server.open(write(tmp_path, GOOD, schema)) == []


@pytest.mark.parametrize("file", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda file: file.name)
def test_every_example_has_no_diagnostics(server: LanguageServer, file: Path) -> None:
    assert server.open(file) == []


@pytest.mark.parametrize("schema", ["experiment", "document"])
@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("count: 6", "cuont: 6", "Property cuont is not allowed."),
        ("kind: global", "kind: globel", "shared"),
        ("512MiB", "512", "string"),
        ("512MiB", "512MB", "MiB"),
        ("name: worker", "name: Worker", "small letter"),
        ("count: 6", "count: -1", "minimum"),
    ],
)
def test_a_mistake_is_shown_on_its_line(
    server: LanguageServer, tmp_path: Path, schema: str, right: str, wrong: str, message: str
) -> None:
    file = write(tmp_path, GOOD.replace(right, wrong), schema)
    line = next(index for index, text in enumerate(file.read_text().splitlines()) if wrong in text)
    found = server.open(file)
    assert [d for d in found if d["range"]["start"]["line"] == line and message in d["message"]], found


def test_hover_explains_a_field(server: LanguageServer, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    server.open(file)
    lines = file.read_text().splitlines()
    at = next(index for index, text in enumerate(lines) if "memory:" in text)
    assert "Memory of each VM" in server.hover(file, at, lines[at].index("memory") + 2)


def test_hover_explains_each_word_a_field_may_have(server: LanguageServer, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    server.open(file)
    lines = file.read_text().splitlines()
    at = next(index for index, text in enumerate(lines) if "kind: global" in text)
    text = server.hover(file, at, lines[at].index("kind") + 1)
    assert "How far it reaches" in text and "One L2 over several sites" in text


def test_completion_offers_the_fields_that_are_not_there_yet(server: LanguageServer, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD + "      \n")
    server.open(file)
    offered = server.complete(file, len(file.read_text().splitlines()) - 1, 6)
    assert {"placement", "vcpus", "perHost", "roles"} <= set(offered)
    assert "memory" not in offered


def test_completion_offers_the_words_a_field_may_have(server: LanguageServer, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD.replace("kind: global", "kind: "))
    server.open(file)
    lines = file.read_text().splitlines()
    at = next(index for index, text in enumerate(lines) if text == "      kind: ")
    assert {"local", "routed", "global", "shared"} <= set(server.complete(file, at, len(lines[at])))


def test_completion_offers_the_kinds_of_document(server: LanguageServer, tmp_path: Path) -> None:
    file = write(tmp_path, "kind: \n")
    server.open(file)
    assert {"Experiment", "Site", "Environment", "DiskImage"} <= set(server.complete(file, 1, 6))
