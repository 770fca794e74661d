"""The wheel in a fresh environment with what it declares, and nothing else: no extra, no registry asked.

What it declares is followed through the metadata of what is installed here (the lock's versions), and linked into the
environment file by file; `pip check` then says whether that satisfies every declaration.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from reconciler.cli.exits import Exit
from reconciler.extras import EXTRAS

ROOT = Path(__file__).parents[1]
LAB_SAYS = "`reconciler lab` needs aiohttp and asyncssh, not installed here; run `pip install 'reconciler[lab]'`"
STORE_SAYS = "a store on PostgreSQL needs psycopg, not installed here; run `pip install 'reconciler[postgresql]'`"


def needed(lines: Iterable[str], extras: Iterable[str] = ()) -> dict[str, Distribution]:
    """What an installer would bring for these requirements on this machine, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(line, frozenset(extras)) for line in lines]
    seen = set()
    while waiting:
        entry = waiting.pop()
        if entry in seen:
            continue
        seen.add(entry)
        requirement, wanted = Requirement(entry[0]), {"", *entry[1]}
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in wanted):
            continue
        installed = found[canonicalize_name(requirement.name)] = distribution(requirement.name)
        waiting += [(line, frozenset(requirement.extras)) for line in installed.requires or ()]
    return found


def link(installed: Distribution, folder: Path) -> None:
    """Put an installed package into another environment; its scripts stay behind."""
    for file in installed.files or ():
        if not file.parts[0].startswith(".."):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).symlink_to(Path(str(installed.locate_file(file))).absolute())


@dataclass(frozen=True, slots=True)
class Fresh:
    """An environment with the wheel in it, and a folder with a copy of an example."""

    folder: Path

    @property
    def packages(self) -> Path:
        return next((self.folder / "venv" / "lib").glob("python*/site-packages"))

    @property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    def wheel(self) -> Distribution:
        return next(iter(Distribution.discover(name="reconciler", path=[str(self.packages)])))

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "COLUMNS": "110"}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.python.with_name("reconciler"), *arguments)


def pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True, timeout=120)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    fresh = Fresh(tmp_path_factory.mktemp("fresh"))
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", fresh.folder / "dist", ROOT)
    (wheel,) = (fresh.folder / "dist").glob("*.whl")
    venv.create(fresh.folder / "venv", with_pip=False, symlinks=True)
    pip("--python", fresh.python, "install", "--no-index", "--no-deps", wheel)
    for installed in needed(fresh.wheel().requires or ()).values():
        link(installed, fresh.packages)
    shutil.copy(ROOT / "examples" / "quickstart.yaml", fresh.folder / "exp.yaml")
    shutil.copytree(ROOT / "specs" / "sites", fresh.folder / "sites")
    return fresh


def test_what_the_wheel_declares_is_there_and_fits(fresh: Fresh) -> None:
    pip("--python", fresh.python, "check")
    assert {"click", "ncclient", "pydantic"} <= set(needed(fresh.wheel().requires or ()))


@pytest.mark.parametrize("library", [library for libraries in EXTRAS.values() for library in libraries])
def test_nothing_of_an_extra_can_be_imported(fresh: Fresh, library: str) -> None:
    done = fresh.run(fresh.python, "-c", f"import {library}")
    assert f"No module named '{library}'" in done.stderr


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_wheel_declares_an_extra_that_brings_it(fresh: Fresh, extra: str) -> None:
    assert set(EXTRAS[extra]) <= set(needed(fresh.wheel().requires or (), [extra]))


def imported(file: Path) -> set[str]:
    """The packages that a module imports, wherever in it: at the top, or in a function when it is called."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"__future__", "reconciler"}


def test_whatever_is_imported_late_is_there_too(fresh: Fresh) -> None:
    optional = {library for libraries in EXTRAS.values() for library in libraries}
    names = sorted(set().union(*map(imported, fresh.packages.glob("reconciler/**/*.py"))) - optional)
    assert {"click", "watchfiles"} <= set(names)
    done = fresh.run(fresh.python, "-c", f"for name in {names!r}: __import__(name)")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_module_outside_the_extras_can_be_imported(fresh: Fresh) -> None:
    optional = ("reconciler/lab/", "reconciler/store/postgres", "reconciler/__main__")
    files = [str(file) for file in fresh.wheel().files or () if file.suffix == ".py" and "reconciler" in file.parts]
    modules = [file[:-3].replace("/", ".") for file in files if not file.startswith(optional)]
    assert len(modules) > 100
    done = fresh.run(fresh.python, "-c", f"for name in {modules!r}: __import__(name)")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "command",
    [
        "--help",
        "--version",
        "version",
        "schema",
        "lab --help",
        "lab start --help",
    ],
)
def test_what_needs_no_extra_works(fresh: Fresh, command: str) -> None:
    done = fresh(*command.split())
    assert (done.returncode, done.stderr) == (Exit.OK, "")


def test_documents_are_checked(fresh: Fresh) -> None:
    done = fresh("validate", "-f", "exp.yaml", "--sites", "sites")
    assert done.returncode == Exit.OK
    assert done.stderr.startswith("valid: 1 experiment, 2 sites")


def test_a_mistake_in_a_document_is_found(fresh: Fresh) -> None:
    text = (fresh.folder / "exp.yaml").read_text()
    (fresh.folder / "typo.yaml").write_text(text.replace("image: debian-xen", "image: debian-xne"))
    done = fresh("validate", "-f", "typo.yaml", "--sites", "sites")
    assert done.returncode == Exit.INVALID
    assert 'did you mean "debian-xen"?' in done.stdout + done.stderr


def test_the_versions_say_which_library_is_not_installed(fresh: Fresh) -> None:
    assert "asyncssh not installed\n" in fresh("version").stdout
    assert json.loads(fresh("version", "-o", "json").stdout)["psycopg"] is None


@pytest.mark.parametrize("command", ["start", "stop", "status", "reach", "reset", "sites", "break host n offline"])
def test_the_lab_says_which_extra_to_install(fresh: Fresh, command: str) -> None:
    done = fresh("lab", *command.split())
    assert (done.returncode, done.stdout, done.stderr) == (Exit.FAILED, "", f"error: {LAB_SAYS}\n")
    assert not (fresh.folder / ".local").exists()


def test_whoever_asks_the_lab_for_json_gets_json(fresh: Fresh) -> None:
    assert json.loads(fresh("lab", "status", "-o", "json").stdout) == {"error": LAB_SAYS, "exitCode": Exit.FAILED}


def test_a_store_on_postgresql_says_which_extra_to_install(fresh: Fresh) -> None:
    done = fresh("--store", "postgresql://localhost/x", "vms")
    assert (done.returncode, done.stdout, done.stderr) == (Exit.FAILED, "", f"error: {STORE_SAYS}\n")
