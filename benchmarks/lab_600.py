"""600 VMs on 30 emulated hosts, from nothing to converged and once more, counted by the devices themselves."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.measure import Cost, run
from benchmarks.testbed import Testbed

TESTBED = Testbed(vms=600, hosts=30, access="lab")
Counts = Mapping[str, Mapping[str, int]]
"""By kind and name of the device, and by counter."""


def bench() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, _lab(Path(scratch)) as call:
        at_first = _counts(call("lab", "status", "-o", "json"))
        made = call("apply", "-f", str(Path(scratch) / "experiment.yaml"), "--yes")
        after = _counts(call("lab", "status", "-o", "json"))
        again = call("apply", "-f", str(Path(scratch) / "experiment.yaml"), "--yes")
        at_last = _counts(call("lab", "status", "-o", "json"))
        running = len(json.loads(call("vms", "-o", "json").output))
    return _figures(running, made, _since(at_first, after), again, _since(after, at_last))


def _figures(running: int, made: Cost, first: Counts, again: Cost, second: Counts) -> list[Figure]:
    return [
        Figure("VMs running", running, "", TESTBED.vms, at_least=True),
        Figure("from nothing to converged", made.wall_s, "s", note="the lab shares the machine"),
        Figure("our process", made.cpu_s, "CPU s", note=f"{made.peak_mib:.0f} MiB"),
        Figure("execs on a host, most", _most(first, "host@", "execs"), "", 2),
        Figure("edit-configs on a switch, most", _most(first, "switch@", "edits"), "", 1),
        Figure("commits on a switch, most", _most(first, "switch@", "commits"), "", 1),
        Figure("once more: nothing to do", again.wall_s, "s", note=f"{again.cpu_s:.2f} CPU s of ours"),
        Figure("execs on a host, most", _most(second, "host@", "execs"), "", 1),
        Figure("changing commands on all hosts", _all(second, "host@", "mutating"), "", 0),
        Figure("get-configs on a switch, most", _most(second, "switch@", "get_configs"), "", 1),
        Figure("edits and commits on all switches", _all(second, "switch@", "edits", "commits"), "", 0),
    ]


@contextmanager
def _lab(folder: Path) -> Iterator[Any]:
    """A lab of our own on the documents of the testbed; it ends with the measurement."""
    documents = TESTBED.documents()
    (folder / "sites").mkdir()
    for name, text in documents.items():
        place = folder if name == "experiment.yaml" else folder / "sites"
        (place / name).write_text(text)

    def call(*arguments: str) -> Cost:
        cost = run([sys.executable, "-m", "reconciler", "--state-dir", str(folder / "state"), *arguments])
        if cost.status:
            raise RuntimeError(f"reconciler {' '.join(arguments)}: status {cost.status}\n{cost.output[-4000:]}")
        return cost

    call("lab", "start", "--fast", "--site", str(folder / "sites"))
    try:
        yield call
    finally:
        call("lab", "stop")


def _counts(status: Cost) -> Counts:
    return {
        f"{device['kind']}@{device['endpoint']}": device["counters"] for device in json.loads(status.output)["devices"]
    }


def _since(before: Counts, after: Counts) -> Counts:
    """What was added; counters that are no numbers are left out."""
    return {
        endpoint: {name: count - before[endpoint][name] for name, count in counts.items() if isinstance(count, int)}
        for endpoint, counts in after.items()
    }


def _most(counts: Counts, driver: str, name: str) -> int:
    return max(of[name] for endpoint, of in counts.items() if endpoint.startswith(driver))


def _all(counts: Counts, driver: str, *names: str) -> int:
    return sum(of[name] for endpoint, of in counts.items() for name in names if endpoint.startswith(driver))
