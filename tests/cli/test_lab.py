"""The lab from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconciler.cli.lab import lab, render_history, render_reach, render_status
from reconciler.lab import launch
from reconciler.lab.persistence import Folder
from reconciler.model.errors import Refused, Unreachable
from tests.lab.guests import create_guest
from tests.lab.sites import site_text

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder.under(tmp_path / "state")
    yield folder
    launch.stop(folder)


@pytest.fixture
def run(folder: Folder) -> Run:
    """Run `reconciler lab …` on a state directory of the test's own; errors of ours are raised."""

    def run(*arguments: str) -> Result:
        environment = {"RECONCILER_STATE_DIR": str(folder.root.parent)}
        return CliRunner().invoke(lab, list(arguments), env=environment, catch_exceptions=False)

    return run


@pytest.fixture
def running(run: Run, tmp_path: Path) -> Run:
    file = tmp_path / "site.yaml"
    file.write_text(site_text())
    assert run("start", "--site", str(file), "--fast").exit_code == 0
    return run


def test_start_status_and_stop_say_what_is(running: Run) -> None:
    assert "The lab runs: here (process" in running("status").stdout
    assert json.loads(running("status", "-o", "json").stdout)["sites"] == ["here"]
    assert "runs already" in running("start").stdout
    assert running("stop").stdout == "The lab has stopped.\n"
    assert running("stop").stdout == "The lab was not running.\n"
    assert json.loads(running("status", "-o", "json").stdout) == {"running": False}
    assert "lab start" in running("status").stdout


def test_a_directory_of_documents_is_read_whole(run: Run, tmp_path: Path) -> None:
    sites = tmp_path / "specs" / "sites"
    sites.mkdir(parents=True)
    for name in ("here", "there"):
        (sites / f"{name}.yaml").write_text(site_text(name))
    (tmp_path / "specs" / "other.yaml").write_text("kind: Experiment\n")
    assert "here, there" in run("start", "--site", str(tmp_path / "specs"), "--fast").stdout


def test_machines_that_see_each_other_are_shown_and_remembered(running: Run, folder: Folder) -> None:
    assert running("reach").stdout == "No VM runs.\n"
    create_guest(folder, "n-1.here", "exp-a-0", 1)
    create_guest(folder, "n-2.here", "exp-b-0", 2)
    text = running("reach").stdout
    assert "2 VMs see each other" in text
    assert "00:16:3e:00:00:02" in text
    assert running("break", "switch", "sw", "move-port", "e12", "705").stdout == "sw.here: move-port e12 705.\n"
    groups = [[vm["name"] for vm in group["vms"]] for group in json.loads(running("reach", "-o", "json").stdout)]
    assert sorted(filter(None, groups)) == [["exp-a-0"], ["exp-b-0"]]
    history = json.loads(running("reach", "--history", "-o", "json").stdout)
    assert [[vm["name"] for vm in group["vms"]] for group in history] == [["exp-a-0", "exp-b-0"]]
    assert "exp-a-0 exp-b-0" in running("reach", "--history").stdout


def test_status_names_what_is_left_and_what_is_broken(running: Run, folder: Folder) -> None:
    create_guest(folder, "n-1.here", "exp-a-0", 1)
    running("break", "switch", "sw", "move-port", "e11", "705")
    running("break", "host", "n-2", "offline")
    text = running("status").stdout
    assert "1 domains" in text
    assert "1 ports" in text
    assert "broken: offline" in text
    running("break", "host", "n-2", "clear")
    assert "broken" not in running("status").stdout
    running("reset")
    assert "domains" not in running("status").stdout


def test_sites_is_a_folder_of_documents(running: Run) -> None:
    folder = Path(running("sites").stdout.strip())
    assert [path.name for path in folder.iterdir()] == ["here.yaml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("switch", "nowhere", "silent"), "no switch nowhere in the lab; there are sw.here"),
        (("switch", "sw", "nonsense"), "nonsense"),
        (("switch", "sw", "move-port", "e99", "705"), "e99"),
        (("switch", "sw", "move-port", "e11"), "a port and a VLAN id"),
        (("host", "n-1", "nonsense"), "hosts know crash-domain"),
        (("host", "n-1", "swap-image", "nonsense"), "debian-xen"),
        (("host", "n-1", "kill-domain", "nobody"), "no domain 'nobody'"),
        (("host", "n-1", "kill-domain", "a", "b"), "at most one word"),
        (("deployer", "here", "offline"), "no deployer here"),
    ],
)
def test_what_cannot_be_broken_is_refused_with_what_can(running: Run, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(Refused, match=said):
        running("break", *arguments)


def test_questions_to_a_lab_that_does_not_run_say_how_to_start_it(run: Run) -> None:
    with pytest.raises(Unreachable, match="lab start"):
        run("reach")


def test_the_group_is_cheap_to_import() -> None:
    heavy = "{'asyncssh', 'aiohttp', 'pydantic', 'yaml', 'lxml'}"
    script = f"import sys, reconciler.cli.lab; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


VM = {"name": "web-0", "host": "n-1.here", "mac": "00:16:3e:ab:cd:ef"}
STATUS = {"sites": ["here"], "pid": 7, "state": "/s", "totals": {"execs": 12, "commits": 3}, "devices": []}


def test_a_mac_is_printed_as_it_is() -> None:
    assert render_reach([{"vms": [VM], "interfaces": []}]).splitlines()[1] == "  web-0  n-1.here  00:16:3e:ab:cd:ef"


def test_groups_without_a_vm_are_left_out() -> None:
    assert render_reach([{"vms": [], "interfaces": [VM]}]) == "No VM runs."


def test_history_is_one_line_a_group() -> None:
    assert render_history([{"seconds": 1.5, "vms": [VM, VM]}]) == "    1.500 s  web-0 web-0"
    assert render_history([]) == "No two VMs have seen each other."


def test_a_clean_lab_has_no_notes() -> None:
    device = {"endpoint": "n-1.here", "kind": "host", "leftovers": {"domains": []}, "faults": []}
    clean = render_status(STATUS | {"devices": [device]})
    assert "n-1.here" not in clean
    assert "execs    12" in clean
    dirty = device | {"leftovers": {"domains": ["a", "b"]}, "faults": ["slow"]}
    assert "n-1.here  2 domains, broken: slow" in render_status(STATUS | {"devices": [dirty]})
