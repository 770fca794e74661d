"""Several watchers on one state, as processes on a small lab."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, ROOT, Shell
from tests.cli.test_run import IMAGES, document, until
from tests.store.cluster import Cluster, running_cluster


@pytest.fixture
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A lab of its own: hosts keep the mark of the database that they served."""
    shell = Shell(tmp_path_factory.mktemp("watch") / "state")
    started = shell("lab", "start", "--fast")
    assert started.returncode == 0, started.stderr
    yield shell
    shell("lab", "stop")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@dataclass(frozen=True, slots=True)
class Watcher:
    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def applied(self) -> int:
        return self.out.read_text().count(": converged; ")


Start = Callable[..., Watcher]


@pytest.fixture
def start(shell: Shell, tmp_path: Path) -> Iterator[Start]:
    """Starts watchers on a document; they are ended after the test, if they still run."""
    with ExitStack() as ends:

        def started(name: str, spec: Path, store: str = "", interval: str = "1h", **more: str) -> Watcher:
            return ends.enter_context(_running(shell, tmp_path / name, spec, store, interval, more))

        yield started


@contextmanager
def _running(shell: Shell, at: Path, spec: Path, store: str, interval: str, more: dict[str, str]) -> Iterator[Watcher]:
    chosen = ["--store", store] if store else []
    words = [*COMMAND, *chosen, "watch", "-f", str(spec), "-f", str(IMAGES), "--interval", interval]
    watcher = at.with_suffix(".out"), at.with_suffix(".err")
    with watcher[0].open("w") as out, watcher[1].open("w") as err:
        process = subprocess.Popen(words, stdout=out, stderr=err, env=shell.environment(more), cwd=ROOT)
    try:
        yield Watcher(process, *watcher)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_one_of_two_watchers_applies_a_change_and_the_other_goes_on_when_it_is_killed(
    shell: Shell, start: Start, tmp_path: Path, dialect: str, request: pytest.FixtureRequest
) -> None:
    store = request.getfixturevalue("cluster").fresh() if dialect == "postgresql" else ""
    chosen = ("--store", store) if store else ()
    spec = tmp_path / f"both-{dialect}.yaml"
    spec.write_text(document(spec.stem, 1))
    both = [start(name, spec, store) for name in ("one", "two")]

    def applied() -> int:
        return sum(watcher.applied() for watcher in both)

    until(lambda: applied() == 1)
    spec.write_text(document(spec.stem, 2))
    until(lambda: applied() == 2)
    done = max(both, key=Watcher.applied)
    done.process.kill()
    done.process.wait()
    spec.write_text(document(spec.stem, 3))
    until(lambda: applied() == 3)
    assert len(json.loads(shell(*chosen, "vms", spec.stem, "-o", "json").stdout)) == 3
    for watcher in both:
        if watcher is not done:
            watcher.process.send_signal(signal.SIGTERM)
            assert watcher.process.wait(timeout=30) == 143
        assert watcher.err.read_text().count("held by") == 0, "the queue keeps them apart before the lock has to"
    assert shell(*chosen, "destroy", spec.stem, "-f", spec, "-f", IMAGES, "--yes").returncode == 0


def test_what_a_watcher_had_begun_when_it_died_is_finished_by_another(
    shell: Shell, start: Start, tmp_path: Path
) -> None:
    spec = tmp_path / "begun.yaml"
    spec.write_text(document("begun", 2))
    dying = start("dying", spec, RECONCILER_FAIL="effect.Send.after:2=exit")
    until(lambda: (tmp_path / "dying.err").read_text() != "" or dying.process.poll() is not None)
    other = start("other", spec)
    assert dying.process.wait(timeout=60) == 137 and dying.applied() == 0
    until(lambda: other.applied() == 1)
    assert len(json.loads(shell("vms", "begun", "-o", "json").stdout)) == 2
    assert shell("destroy", "-f", spec, "-f", IMAGES, "--yes").returncode == 0


def test_one_of_two_watchers_takes_it_down_at_its_end_and_neither_makes_it_again(
    shell: Shell, start: Start, tmp_path: Path
) -> None:
    spec = tmp_path / "ending.yaml"
    spec.write_text(
        document("ending", 1).replace("spec:\n", "spec:\n  lifetime: {walltime: 12s, onExpiry: destroy}\n", 1)
    )
    both = [start(name, spec) for name in ("one", "two")]
    until(lambda: any(": destroyed; " in watcher.out.read_text() for watcher in both))
    until(lambda: any("it was taken down at the end of its lifetime" in watcher.err.read_text() for watcher in both))
    time.sleep(6)  # a look of each
    assert sum(watcher.out.read_text().count(": destroyed; ") for watcher in both) == 1
    assert sum(watcher.applied() for watcher in both) == 1
    assert json.loads(shell("vms", "ending", "-o", "json").stdout) == []


def test_what_reached_its_end_while_it_was_applied_is_not_made_again(
    shell: Shell, start: Start, tmp_path: Path
) -> None:
    spec = tmp_path / "short.yaml"
    spec.write_text(
        document("short", 1).replace("spec:\n", "spec:\n  lifetime: {walltime: 1s, onExpiry: destroy}\n", 1)
    )
    watcher = start("watcher", spec, interval="1s", RECONCILER_FAIL="effect.ReadAllocations.before:2=sleep:1.2")
    until(lambda: "no resources are left" in watcher.out.read_text())
    time.sleep(3)  # more than two looks
    assert watcher.out.read_text().count("short: ") == 1
    assert "its lifetime is over, so it is taken down" in watcher.err.read_text()
