"""Rules about the tree that a linter does not know."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.drivers import discover, module_of

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reconciler"
MODULES = sorted(PACKAGE.rglob("*.py"))
GIVEN = {"StrictHandler"}
"""Names of classes that a library's own name for their kind asks for."""
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "core", "handler"}
YAML_READERS = ("spec/compose.py", "spec/read.py", "spec/layout.py", "lab/contacts.py")
"""Whose reader or writer of YAML is a library's: each is compared with `spec/read.py`, the only one that counts."""
LAB_PROCESS = ("lab/daemon.py", "lab/launch.py")
"""The lab runs in a process of its own, which these start and end by signals."""
DRIVERS = sorted(Path(*module_of(name).split(".")[2:]) for name in discover())

CORE = (
    "allocation",
    "compile",
    "engine",
    "loop",
    "model",
    "planning",
    "resources",
    "runs",
    "spec",
    "store",
    "transport",
)
THROUGH_OTHERS = {
    *(
        f"reconciler.spec.check{part}"  # one faulty file for every code, with its place: test_faults.py
        for part in ("", "_addresses", "_cabling", "_environments", "_groups", "_hosting")
    ),
    *(f"reconciler.spec.check_{part}" for part in ("isolation", "names", "references", "spaces")),
    *(
        f"reconciler.spec.{part}"
        for part in ("compose", "document", "explain", "suggest", "suspects", "tree", "validate")
    ),
}
"""Modules of the core that no test imports and no test file mirrors: they are tested through those that use them."""


def source_files() -> list[Path]:
    """What is in the tree and would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so it is not known which files are the project's")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_is_short_well_named_and_says_what_it_is_for(file: Path) -> None:
    text = file.read_text()
    assert text.count("\n") <= 300
    assert file.stem not in BANNED
    assert ast.get_docstring(ast.parse(text)), "no module docstring"


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_no_class_is_named_after_nothing(file: Path) -> None:
    names = [node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]
    assert not [
        name for name in names if re.search(r"(Manager|Handler|Helper|Utils?|Base)$", name) and name not in GIVEN
    ]


def terminal_uses(tree: ast.Module) -> list[str]:
    """What a module does with the terminal or the signals of its process."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Name("print" | "input" as name):
                found.append(name)
            case ast.Attribute(ast.Name("sys"), "stdin" | "stdout" | "stderr" as name):
                found.append(f"sys.{name}")
            case ast.ImportFrom("sys", names):
                found += [f"sys.{each.name}" for each in names if each.name in ("stdin", "stdout", "stderr")]
            case ast.ImportFrom("signal"):
                found.append("signal")
            case ast.Import(names):
                found += [each.name for each in names if each.name == "signal"]
            case ast.Call(ast.Attribute(ast.Name("os"), "write"), [ast.Constant(1 | 2), *_]):
                found.append("os.write")
    return found


@pytest.mark.parametrize("file", [f for f in MODULES if PACKAGE / "cli" not in f.parents], ids=name_of)
def test_only_the_command_line_knows_a_terminal_or_a_signal(file: Path) -> None:
    if str(file.relative_to(PACKAGE)) not in LAB_PROCESS:
        assert terminal_uses(ast.parse(file.read_text())) == []


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("print('done')", "print"),
        ("show = print", "print"),
        ("import sys\nsys.stderr.write('done')", "sys.stderr"),
        ("from sys import stdout", "sys.stdout"),
        ("import sys\nsys.stdin.readline()", "sys.stdin"),
        ("import signal", "signal"),
        ("from signal import SIGTERM", "signal"),
        ("import os\nos.write(2, b'stopping')", "os.write"),
    ],
)
def test_a_use_of_the_terminal_is_found(text: str, used: str) -> None:
    assert terminal_uses(ast.parse(text)) == [used]


def test_the_lab_has_a_process_of_its_own() -> None:
    """Its modules are excepted only as long as they need it."""
    assert all(terminal_uses(ast.parse((PACKAGE / name).read_text())) for name in LAB_PROCESS)


def test_what_reads_or_writes_yaml_with_a_library_is_listed() -> None:
    """Two readers disagree one day: each has a test that compares it with the one whose word counts."""
    found = {f for f in MODULES if re.search(r"^\s*(?:from|import) (?:yaml|ruamel)\b", f.read_text(), re.MULTILINE)}
    assert found == {PACKAGE / name for name in YAML_READERS}


@pytest.mark.parametrize("folder", DRIVERS, ids=str)
def test_a_driver_brings_its_simulator(folder: Path) -> None:
    assert (ROOT / "tests" / "drivers" / folder / "simulator.py").exists()


@pytest.mark.parametrize("folder", DRIVERS, ids=str)
def test_nobody_imports_a_driver_but_itself(folder: Path) -> None:
    """Neither its family nor another driver: a new folder is held to this without being listed anywhere."""
    package, name = ".".join(("reconciler", "drivers", *folder.parent.parts)), folder.name
    imports = re.compile(rf"(?:from|import) {package}\.{name}\b|from {package} import .*\b{name}\b")
    others = [file for file in MODULES if PACKAGE / "drivers" / folder not in file.parents]
    assert not [name_of(file) for file in others if imports.search(file.read_text())]


@pytest.mark.parametrize("file", sorted((ROOT / "tests").rglob("test_*.py")), ids=name_of)
def test_a_test_stands_where_its_subject_does(file: Path) -> None:
    """`tests/a/test_x.py` is about `reconciler/a`; folders beside that tell in their name what they are about."""
    folder = file.parent.relative_to(ROOT / "tests")
    own = {
        ".",
        "live",
        "e2e",
        "campaigns",
        "contract",
        "security",
        "simulation",
        "schemas",
        "docs",
        "examples",
        "golden",
        "benchmarks",
    }
    assert folder.parts[:1] == () or folder.parts[0] in own or (PACKAGE / folder).is_dir()


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def test_every_module_of_the_core_has_a_test_that_mirrors_or_imports_it() -> None:
    """A module of which no test knows is listed by name, or the build fails; so is a name that is listed in vain."""
    texts = [file.read_text() for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__)]
    imported = {word for text in texts for word in re.findall(r"\breconciler(?:\.\w+)+", text)}
    imported |= {
        f"{a}.{b}"
        for text in texts
        for a, names in re.findall(r"from (reconciler[\w.]*) import ([\w, ]+)", text)
        for b in re.findall(r"\w+", names)
    }
    mirrored = {
        f"reconciler.{'.'.join(f.relative_to(ROOT / 'tests').parent.parts)}.{f.stem.removeprefix('test_')}"
        for f in (ROOT / "tests").rglob("test_*.py")
    }
    modules = {
        module_name(f) for f in MODULES if not f.stem.startswith("__") and f.relative_to(PACKAGE).parts[0] in CORE
    }
    assert modules - imported - mirrored == THROUGH_OTHERS


# -- what must not be in the tree --------------------------------------------------------------------

FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/wor" r"k/[a-z]|/tm" r"p/venv|" + re.escape(str(ROOT))),
    "the host of a package registry": re.compile(
        r"(?:py" r"pi|files\.pythonhost" r"ed|registry\.np" r"mjs)\.(?:org|com)|inde" r"x-url [a-z]"
    ),
}


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_the_tree_mentions_nothing_of_where_it_was_made(what: str) -> None:
    found = []
    for file in source_files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(file)}: {match[0]}" for match in FORBIDDEN[what].finditer(text)]
    assert not found


def test_every_locked_requirement_has_hashes_and_an_exact_version() -> None:
    text = (ROOT / "requirements.lock").read_text()
    entries = [e for e in re.split(r"\n(?=\S)", text) if e.strip() and not e.startswith("#")]
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._\[\]-]+==[^ ;]+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert "://" not in text


# -- the layers --------------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [tool, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "reconciler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("drivers/host/xen/xl.py", "import reconciler.store.store", "A driver knows its device and the model"),
        (
            "drivers/host/xen/xl.py",
            "import reconciler.drivers.switch.openconfig.edit",
            "Drivers do not know each other",
        ),
        ("model/address.py", "import reconciler.resources.domain", "Data flows one way"),
        ("planning/diff.py", "import socket", "The core does no I/O"),
        ("resources/domain.py", "import pydantic", "The model imports the standard library only"),
        ("lab/world.py", "import reconciler.transport.ssh", "The lab knows the documents and no driver"),
        ("wiring.py", "import asyncssh", "Only the lab imports the libraries of its extra"),
        ("transport/http.py", "import aiohttp.web", "Only the lab imports the libraries of its extra"),
        ("runs/proposal.py", "import click", "Only the command line imports click and rich"),
        ("wiring.py", "import rich.console", "Only the command line imports click and rich"),
        ("runs/watch.py", "import reconciler.wiring", "Data flows one way"),
        ("loop/converge.py", "import reconciler.runs.context", "Data flows one way"),
        ("store/store.py", "import psycopg.errors", "Only the store on PostgreSQL imports its driver"),
        ("store/leases.py", "import tenacity.stop", "Only the retry policy imports tenacity"),
    ],
)
def test_breaking_a_contract_is_found(copied: Path, module: str, line: str, contract: str) -> None:
    file = copied / "reconciler" / module
    text = file.read_text()
    assert "from __future__ import annotations\n" in text
    file.write_text(
        text.replace("from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n", 1)
    )
    done = lint_imports(copied)
    assert done.returncode == 1
    assert re.search(rf"{re.escape(contract)}.* BROKEN", done.stdout)
