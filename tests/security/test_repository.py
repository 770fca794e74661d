"""S19, S20 and S25: what comes with a repository or a package is data, and of a known version."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from reconciler.extras import EXTRAS
from reconciler.transport.versions import EXACT, OLDEST
from tests.cli.shell import ROOT, Shell
from tests.security.conftest import DOCUMENT, IMAGES

_WATCHED = """
import sys
seen = []
EVENTS = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.fork",
          "os.posix_spawn", "os.system", "ctypes.dlopen")
sys.addaudithook(lambda event, args: seen.append((event, str(args)[:80])) if event in EVENTS else None)
from reconciler.cli.main import main
try:
    main()
finally:
    print("AUDIT", [e for e in seen if e[0] != "ctypes.dlopen"], file=sys.stderr)
"""


def audited(folder: Path, *arguments: str | Path, home: Path) -> tuple[int, str, str]:
    """Run a command with an empty home: its code, its output, and the sockets and processes it asked for."""
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, *map(str, arguments)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    found = re.search(r"AUDIT (.*)", done.stderr)
    assert found is not None, done.stderr
    return done.returncode, done.stdout + done.stderr.replace(found[0], ""), found[1]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository that would run something in the runner of whoever does more than read it."""
    folder, trap = tmp_path / "repository", tmp_path / "trap"
    hook = f"#!/bin/sh\ntouch {trap}\n"
    files = {
        "exp.yaml": DOCUMENT,
        ".git/hooks/post-checkout": hook,
        ".git/hooks/post-merge": hook,
        ".git/config": f'[filter "x"]\n\tsmudge = touch {trap}\n[core]\n\tfsmonitor = touch {trap}\n',
        ".git/evil.yaml": "kind: Experiment\n",
        ".gitattributes": "*.yaml filter=x\n",
        ".gitmodules": "[submodule \"x\"]\n\tpath = sub\n\turl = ext::sh -c 'touch /tmp/x'\n",
        ".envrc": f"touch {trap}\n",
        "sitecustomize.py": f"open({str(trap)!r}, 'w')\n",
        "yaml.py": f"open({str(trap)!r}, 'w')\n",
        "conftest.py": f"open({str(trap)!r}, 'w')\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (tmp_path / "home").mkdir()
    return folder


COMMANDS = {
    "validate": ["validate", "-f", ".", "-f", IMAGES, "--sites", ROOT / "specs" / "sites"],
    "fmt": ["fmt", "--check", "-f", "exp.yaml"],
    "graph": ["graph", "-f", ".", "-f", IMAGES, "--sites", ROOT / "specs" / "sites"],
    "schema": ["schema"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_s19_reading_a_hostile_repository_starts_nothing_of_it(hostile: Path, command: str) -> None:
    """`-c` puts the working folder first on the path, as `python -m` would: the traps lie there."""
    _, _, seen = audited(hostile.parent, *_in(hostile, command), home=hostile.parent / "home")
    assert seen == "[]"
    assert not (hostile.parent / "trap").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_s20_what_a_pipeline_runs_on_a_strangers_branch_needs_no_socket_and_no_secret(
    hostile: Path, command: str
) -> None:
    code, said, seen = audited(hostile.parent, *_in(hostile, command), home=hostile.parent / "home")
    assert seen == "[]"
    assert code in (0, 2), said


def _in(folder: Path, command: str) -> list[str | Path]:
    return [folder if word == "." else folder / word if word == "exp.yaml" else word for word in COMMANDS[command]]


def test_s20_without_credentials_a_plan_reaches_no_device(hostile: Path) -> None:
    """Identity files that are not there, and no secrets: nothing is dialled, and that is said."""
    home = hostile.parent / "home"
    sites = hostile.parent / "sites"
    sites.mkdir()
    for file in (ROOT / "reconciler" / "lab" / "default").glob("*.yaml"):
        text = file.read_text().replace("access: lab", "access: direct")
        (sites / file.name).write_text(text)
    hidden = hostile / "exp.yaml"
    hidden.write_text(DOCUMENT.replace(", image: debian-xen", ""))
    code, said, seen = audited(
        hostile.parent, "plan", "-f", hidden, "-f", IMAGES, "--sites", sites, "--detailed-exitcode", home=home
    )
    assert "connect" not in seen, seen
    assert code != 0, said


# -- libraries ---------------------------------------------------------------------------------------


def requirements() -> dict[str, str]:
    """Of the program and of all its extras but the developers'."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]
    lines = [*project["dependencies"], *optional]
    found = [re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(.*)", line) for line in lines]
    return {match[1].lower(): match[2] for match in found if match}


def locked() -> dict[str, tuple[str, int]]:
    text = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip() and not entry.startswith("#")]
    found = [(re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", entry), entry) for entry in entries]
    assert all(match for match, _ in found), "an entry without an exact version"
    return {match[1].lower(): (match[2], entry.count("--hash=sha256:")) for match, entry in found if match}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def test_s25_every_locked_package_has_an_exact_version_and_hashes_and_comes_from_nowhere_else() -> None:
    assert len(locked()) > 20
    assert [name for name, (_, hashes) in locked().items() if not hashes] == []
    text = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"://|--index|--find-links|--trusted|-e |git\+", text)


def test_s25_every_library_of_ours_has_a_lower_bound_that_the_lock_keeps() -> None:
    for name, bound in requirements().items():
        match = re.match(r"(?:>=|==)([0-9.]+)", bound)
        assert match, f"{name} has no lower bound"
        version = next(
            v for package, (v, _) in locked().items() if re.sub("[._]", "-", package) == re.sub("[._]", "-", name)
        )
        assert numbers(version) >= numbers(match[1]), name


@pytest.mark.parametrize("library", sorted(OLDEST))
def test_s25_what_is_checked_as_it_is_loaded_is_what_an_installer_is_told(library: str) -> None:
    bound = requirements()[library]
    sign = "==" if library in EXACT else ">="
    assert bound.startswith(sign + ".".join(map(str, OLDEST[library])).removesuffix(".0")), bound


def test_s25_an_old_library_stops_a_command_that_would_use_it(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "state")
    script = "import paramiko\nparamiko.__version__ = '4.0.0'\nimport reconciler.transport.ssh_connection\n"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=shell.environment(), timeout=60
    )
    assert done.returncode != 0
    assert "paramiko 4.0.0 is older than 5.1" in done.stderr
