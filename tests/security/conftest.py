"""A lab of its own for each module that asks for one, and an experiment on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.shell import ROOT, Shell

IMAGES = ROOT / "specs" / "environments"
DOCUMENT = """\
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: exp}
spec:
  nodes:
    - {name: hosts, site: lille, count: 1, image: debian-xen}
  networks:
    - {name: lan, kind: local, sites: [lille]}
  vms:
    - {name: vm, count: 2, on: hosts, image: tiny, memory: 128MiB, networks: [lan]}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The command line on a state directory with a running lab."""
    shell = Shell(tmp_path_factory.mktemp("lab") / "state")
    started = shell("lab", "start", "--fast")
    assert started.returncode == 0, started.stderr
    yield shell
    shell("lab", "stop")


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "exp.yaml"
    file.write_text(DOCUMENT)
    return file
