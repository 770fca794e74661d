"""The worked examples: a second hypervisor, a second dialect, a new kind with its driver; each is new files alone.

Each is copied over a copy of the tree, where the contract suite finds it by its folder.  The copy is a repository, so
that ``git`` says which files had to change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = Path(__file__).parent
COPIED = ("reconciler", "tests/contract", "tests/drivers", "tests/resources", "tests/planning", "examples", "specs")


@dataclass(frozen=True, slots=True)
class Example:
    """``line`` goes into the Site document of the examples, after the line that begins with ``after``."""

    folder: str
    driver: str
    after: str
    line: str


RUN = (
    Example("kvm", "kvm", "  hosts:", "    hypervisor: kvm"),
    Example("dialect", "lines", "  switches:", ""),
    Example("dns", "dns", "  domain:", "  services: [{driver: dns, url: 'dns://ns.lille.example:53'}]"),
)


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@example")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(params=RUN, ids=lambda example: example.folder)
def example(request: pytest.FixtureRequest) -> Example:
    found: Example = request.param
    return found


@pytest.fixture
def tree(example: Example, tmp_path: Path) -> Path:
    """The copy, with the example added and not yet committed."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "tests/__init__.py", "tests/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "before")
    shutil.copytree(EXAMPLES / example.folder, tmp_path, dirs_exist_ok=True)
    git(tmp_path, "add", "-A")
    return tmp_path


def test_an_example_changes_no_file_of_the_product(tree: Path, example: Example) -> None:
    print(git(tree, "diff", "--cached", "--stat"))
    changes = [line.split("\t") for line in git(tree, "diff", "--cached", "--name-status").splitlines()]
    assert changes and {status for status, _ in changes} == {"A"}
    folders = {str(Path(name).parent) for _, name in changes if name.startswith("reconciler/")}
    drivers = {name for name in folders if name.startswith("reconciler/drivers/")}
    assert len(drivers) == 1 and folders - drivers <= {"reconciler/resources"}


def test_an_example_holds_the_contract(tree: Path, example: Example) -> None:
    suites = ("tests/contract/test_driver_contract.py", "tests/contract/test_every_field.py")
    done = python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *suites, "-k", example.driver)
    assert done.returncode == 0, done.stdout[-4000:]
    rows = python(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/resources/test_kinds.py", "-k", "row or stored"
    )
    assert rows.returncode == 0, rows.stdout[-4000:]


def test_one_line_of_a_document_uses_it(tree: Path, example: Example) -> None:
    """And without the example's folder that line is refused at its place."""
    site = tree / "site.yaml"
    text = (ROOT / "specs/sites/lille.yaml").read_text()
    site.write_text(with_line(text, example))
    here = python(tree, "-m", "reconciler", "validate", "-f", str(site))
    assert here.returncode == 0, here.stdout + here.stderr
    elsewhere = python(ROOT, "-m", "reconciler", "validate", "-f", str(site))
    assert elsewhere.returncode != 0
    assert "S314" in elsewhere.stdout + elsewhere.stderr and "is installed" in elsewhere.stdout + elsewhere.stderr


def with_line(text: str, example: Example) -> str:
    if example.driver == "lines":
        return text.replace("- {name: sw-1}", "- {name: sw-1, dialect: lines}")
    lines = text.splitlines()
    at = next((i for i, line in enumerate(lines) if line.startswith(example.after)), None)
    if at is None:
        at = next(i for i, line in enumerate(lines) if line.startswith("spec:"))
        lines.insert(at + 1, example.after)
        at += 1
    lines.insert(at + 1, example.line)
    return "\n".join(lines) + "\n"


DNS_DERIVES = """
from pathlib import Path
from reconciler.allocation.allocate import allocate
from reconciler.compile.experiment import compile_experiment
from reconciler.extras import known_drivers
from reconciler.resources.allocations import Allocations
from reconciler.spec.load import load
files = {name: Path(name).read_text() for name in ("site.yaml", "experiment.yaml")}
catalogue = load(files, drivers=known_drivers())
experiment = next(iter(catalogue.experiments.values()))
none = Allocations()
desired = compile_experiment(experiment, catalogue, allocate(experiment, catalogue, none), none)
for address, resource in desired.resources.items():
    if address.kind == "record":
        print(address, resource.endpoint, resource.spec.address, *sorted(map(str, resource.needs)))
"""


@pytest.mark.parametrize("example", [RUN[2]], indirect=True, ids=["dns"])
def test_names_follow_from_what_the_documents_name(tree: Path, example: Example) -> None:
    (tree / "site.yaml").write_text(with_line((ROOT / "specs/sites/lille.yaml").read_text(), example))
    (tree / "experiment.yaml").write_text(EXPERIMENT)
    done = python(tree, "-c", DNS_DERIVES)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [row[:2] for row in rows] == [[f"record/named/web-{n}", "dns@lille"] for n in range(3)]
    assert [row[3] for row in rows] == [f"domain/named/web-{n}" for n in range(3)]


EXPERIMENT = """
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {name: tiny}
spec: {kernel: /boot/vmlinux, ramdisk: /boot/initrd, arguments: "ip={address}"}
---
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: named}
spec:
  nodes: [{name: hosts, site: lille, count: 1}]
  networks: [{name: lan, kind: routed, sites: [lille]}]
  vms: [{name: web, count: 3, on: hosts, image: tiny, memory: 256MiB, vcpus: 1, networks: [lan]}]
"""
