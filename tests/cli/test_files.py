"""Which of the given files are Sites, so that no others are added."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.cli.files import examine_all, read_all, with_sites
from reconciler.wiring import SITE_BYTES

SITE = (
    "kind: Site\n",
    "kind: 'Site'\n",
    "{kind: Site, spec: {}}\n",
    '{\n "apiVersion": "x",\n "kind": "Site"\n}\n',
    "{apiVersion: x, kind: Site}\n",
    "kind : Site\n",
    "kind:\n  # what it is\n  Site\n",
    "? kind\n: Site\n",
    '"k\\x69nd": "S\\x69te"\n',
)


@pytest.mark.parametrize("text", SITE)
def test_a_site_is_known_in_yaml_and_in_json(text: str, tmp_path: Path) -> None:
    """Else the lab's own would be added, and be a second one of the same name."""
    lab = tmp_path / "lab" / "sites"
    lab.mkdir(parents=True)
    (lab / "lille.yaml").write_text("kind: Site\n")
    assert with_sites({"mine": text}, None, tmp_path) == {"mine": text}
    assert len(with_sites({"mine": "kind: Experiment\n"}, None, tmp_path)) == 2


@pytest.mark.parametrize("text", SITE)
def test_a_site_may_be_larger_than_what_people_write(text: str, tmp_path: Path) -> None:
    file = tmp_path / "site.yaml"
    file.write_text(text + "# " + "-" * 2000)
    assert read_all([str(file)], 1024)


def test_a_file_is_read_to_its_end_when_the_limit_is_above_that_of_a_site(tmp_path: Path) -> None:
    """It was cut at what a Site may have, and the rest of it was not there for anybody."""
    file = tmp_path / "large.yaml"
    file.write_text("a: 1\n" + "# a line that has no meaning\n" * 160_000 + "b: 2\n")
    assert read_all([str(file)], 8 << 20)[str(file)].endswith("b: 2\n")


def test_a_site_of_the_lab_is_read_however_large_the_lab_wrote_it() -> None:
    """It was given a site just below the limit, and added where each device answers."""
    text = "kind: Site\n" + "# " + "-" * SITE_BYTES
    assert "S101" not in {found.code for found in examine_all({"lab/sites/lille.yaml": text}, 1024).diagnostics}
