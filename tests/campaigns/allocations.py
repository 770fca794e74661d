"""Many processes lease from one range at once, are killed and started again: nothing is given twice, nothing is lost.

``python -m tests.campaigns.allocations --store sqlite --count 500000`` (or ``postgresql``, a server of our own).
Each process writes down, apart from the store, what was acknowledged to it; in the end the table and these logs are
compared: every acknowledged lease is there, every lease is somebody's, and at no moment had two the same address.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path

from reconciler.model.errors import Rejected, Unreachable
from reconciler.resources.lease import AddressRange, Lease
from reconciler.store.leases import LeaseStore
from reconciler.store.store import Store
from reconciler.wiring import open_store
from tests.store.cluster import Cluster, running_cluster

BASE = (10 << 24) + (1 << 16)
UNIT = 64
"""Gangs begin at its multiples, and are one to three of it long: they overlap in part."""
AHEAD = 24
"""How many units beyond the lowest they look at; so that many want the same."""
_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Count:
    """What a campaign came to."""

    allocations: int
    kills: int
    cut: int
    refused: int
    held: int
    duplicates: int
    lost: int
    leaked: int

    @property
    def sound(self) -> bool:
        return not (self.duplicates or self.lost or self.leaked)


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a campaign happens: the state folder, the server's URL (empty for SQLite), the folder of the logs."""

    state: Path
    url: str
    logs: Path

    def open(self) -> Store:
        return open_store(self.state, self.url or None)


# -- one process ------------------------------------------------------------------------------------


class _Log:
    """What was acknowledged, a line an event: ``+`` leased, ``?`` about to be given back, ``-`` given back."""

    def __init__(self, path: Path) -> None:
        self._out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, unit: int, units: int) -> None:
        os.write(self._out, f"{what} {unit} {units} {time.monotonic_ns()}\n".encode())


def work(scene: Scene, number: int, seed: int, stop: Event) -> None:
    me, rng = f"w{number}", random.Random(seed)
    log = _Log(scene.logs / me)
    begun = None
    while begun is None:
        with suppress(Unreachable):
            begun = _begin(scene, me, log)
    store, epoch, held = begun
    frontier = max(held, default=0)
    while not stop.is_set():
        with suppress(Unreachable):  # it says that nothing was changed
            if held and rng.random() < 0.25:
                unit = rng.choice(list(held))
                units = held[unit]
                log.write("?", unit, units)
                _hold(store.leases, me, unit, None, epoch)
                log.write("-", unit, units)
                del held[unit]
                continue
            unit, units = frontier + rng.randrange(AHEAD), rng.randint(1, 3)
            if unit in held:
                frontier += 1
                continue
            try:
                _hold(store.leases, me, unit, units, epoch)
            except Rejected:
                frontier += rng.random() < 0.3
                log.write("!", unit, units)
                continue
            log.write("+", unit, units)
            held[unit] = units
    store.close()


def _begin(scene: Scene, me: str, log: _Log) -> tuple[Store, int, dict[int, int]]:
    store = scene.open()
    try:
        epoch = store.lock(me, f"{me}-{os.getpid()}")
        return store, epoch, _settle_with_table(store, me, scene.logs / me, log)
    except Unreachable:
        store.close()
        raise


def _hold(allocations: LeaseStore, me: str, unit: int, units: int | None, epoch: int) -> None:
    first = BASE + unit * UNIT
    lease = None if units is None else Lease((AddressRange("vm", 0, first, units * UNIT),))
    allocations.hold(me, [("lease", f"u{unit}", lease)], epoch)


def _settle_with_table(store: Store, me: str, path: Path, log: _Log) -> dict[int, int]:
    """What an earlier life of this process did, and did not live to write down."""
    known = held_of(_events(path))
    there = table_of(store).get(me, {})
    for unit, units in known.items():
        if unit not in there:
            log.write("-", unit, units)
    for unit, units in there.items():
        if known.get(unit) != units:
            log.write("+", unit, units)
    return there


# -- judging ---------------------------------------------------------------------------------------------


def _events(path: Path) -> list[tuple[str, int, int, int]]:
    if not path.exists():
        return []
    lines = path.read_text().splitlines()
    return [(what, int(unit), int(units), int(at)) for what, unit, units, at in map(str.split, lines)]


def held_of(events: list[tuple[str, int, int, int]], *, doubtful: bool = True) -> dict[int, int]:
    """Gangs by unit; those about to be given back count as held while ``doubtful``."""
    held: dict[int, int] = {}
    for what, unit, units, _ in events:
        if what == "+":
            held[unit] = units
        elif what == "-" or (what == "?" and not doubtful):
            held.pop(unit, None)
    return held


def table_of(store: Store) -> dict[str, dict[int, int]]:
    """What the table says: by process, how many units from each unit."""
    with store._database.reading() as db:
        rows = db.execute(
            "SELECT h.experiment, h.holder, min(l.item), max(l.item), count(*) FROM number_leases l"
            " JOIN holders h ON h.id = l.holder GROUP BY h.experiment, h.holder"
        ).fetchall()
    found: dict[str, dict[int, int]] = {}
    for name, holder, first, last, count in rows:
        if last - first + 1 != count or count % UNIT:
            raise AssertionError(f"{name}: {holder} holds part of a gang: {count} from {first}")
        found.setdefault(name, {})[(first - BASE) // UNIT] = count // UNIT
    return found


def overlaps(logs: dict[str, list[tuple[str, int, int, int]]]) -> int:
    """How often two had the same unit at the same moment, by what was acknowledged to them."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for events in logs.values():
        since: dict[int, tuple[int, int]] = {}
        for what, unit, units, at in events:
            if what == "+":
                since.setdefault(unit, (at, units))
            elif what in "?-" and unit in since:
                began, width = since.pop(unit)
                _add(spans, unit, width, (began, at))
        for unit, (began, width) in since.items():
            _add(spans, unit, width, (began, 2**63))
    return sum(_clashes(sorted(intervals)) for intervals in spans.values())


def _add(spans: dict[int, list[tuple[int, int]]], unit: int, width: int, span: tuple[int, int]) -> None:
    for each in range(unit, unit + width):
        spans.setdefault(each, []).append(span)


def _clashes(intervals: list[tuple[int, int]]) -> int:
    return sum(later[0] < earlier[1] for earlier, later in pairwise(intervals))


# -- the campaign --------------------------------------------------------------------------------------------


def campaign(
    scene: Scene, cluster: Cluster | None, processes: int, count: int, seed: int, kill_every_s: float
) -> Count:
    rng, stop = random.Random(seed), _FORK.Event()
    scene.open().close()
    workers = {n: _start(scene, n, rng.random(), stop) for n in range(processes)}
    try:
        kills, cut = _disturb(scene, cluster, workers, rng, stop, count, kill_every_s)
    finally:
        for worker in workers.values():
            _kill(worker)
    return _judge(scene, kills, cut)


def _disturb(
    scene: Scene,
    cluster: Cluster | None,
    workers: dict[int, BaseProcess],
    rng: random.Random,
    stop: Event,
    count: int,
    kill_every_s: float,
) -> tuple[int, int]:
    """Kill them and start them again until so much was leased; then let them end in order."""
    kills, cut = 0, 0
    while allocations(scene) < count:
        time.sleep(rng.uniform(0, 2 * kill_every_s))
        number = rng.randrange(len(workers))
        _kill(workers[number])
        workers[number] = _start(scene, number, rng.random(), stop)
        kills += 1
        if cluster is not None and kills % 5 == 0:
            cut += _cut_one(cluster)
        for other, worker in workers.items():
            if worker.exitcode not in (None, -signal.SIGKILL):
                raise AssertionError(f"process {other} ended by itself: {worker.exitcode}")
    stop.set()
    for worker in workers.values():
        worker.join(120)
        if worker.exitcode != 0:
            raise AssertionError(f"a process did not end in order: {worker.exitcode}")
    return kills, cut


def _start(scene: Scene, number: int, seed: float, stop: Event) -> BaseProcess:
    worker = _FORK.Process(target=work, args=(scene, number, int(seed * 2**32), stop), daemon=True)
    worker.start()
    return worker


def _kill(worker: BaseProcess) -> None:
    if worker.pid is not None and worker.exitcode is None:
        os.kill(worker.pid, signal.SIGKILL)
    worker.join()


def _cut_one(cluster: Cluster) -> int:
    """End the server's side of one connection, wherever it is in its transaction."""
    ended = cluster.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
    )
    return len(ended)


def allocations(scene: Scene) -> int:
    """Addresses leased so far, by what was acknowledged."""
    return sum(units * UNIT for path in scene.logs.iterdir() for what, _, units, _ in _events(path) if what == "+")


def _judge(scene: Scene, kills: int, cut: int) -> Count:
    logs = {path.name: _events(path) for path in sorted(scene.logs.iterdir())}
    store = scene.open()
    table = table_of(store)
    store.close()
    acknowledged = {name: held_of(events, doubtful=False) for name, events in logs.items()}
    at_least = {(name, *gang) for name, gangs in acknowledged.items() for gang in gangs.items()}
    at_most = {(name, *gang) for name, events in logs.items() for gang in held_of(events).items()}
    there = {(name, *gang) for name, gangs in table.items() for gang in gangs.items()}
    return Count(
        allocations=allocations(scene),
        kills=kills,
        cut=cut,
        refused=sum(what == "!" for events in logs.values() for what, *_ in events),
        held=sum(units * UNIT for gangs in table.values() for units in gangs.values()),
        duplicates=overlaps(logs),
        lost=len(at_least - there),
        leaked=len(there - at_most),
    )


def scenes(store: str, folder: Path, stack: ExitStack) -> Iterator[tuple[Scene, Cluster | None]]:
    (folder / "logs").mkdir()
    if store == "sqlite":
        yield Scene(folder / "state", "", folder / "logs"), None
    else:
        cluster = stack.enter_context(running_cluster())
        yield Scene(folder / "state", cluster.fresh(), folder / "logs"), cluster


def run(store: str, processes: int, count: int, seed: int, kill_every_s: float = 0.25) -> Count:
    with tempfile.TemporaryDirectory(prefix="allocations-") as folder, ExitStack() as stack:
        ((scene, cluster),) = scenes(store, Path(folder), stack)
        return campaign(scene, cluster, processes, count, seed, kill_every_s)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.allocations", description=__doc__)
    parser.add_argument("--store", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--count", type=int, default=500_000, help="addresses leased, on each store")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    sound = True
    for store in ("sqlite", "postgresql") if arguments.store == "both" else (arguments.store,):
        began = time.monotonic()
        found = run(store, arguments.processes, arguments.count, arguments.seed)
        took = timedelta(seconds=round(time.monotonic() - began))
        print(f"{store}: {arguments.processes} processes, {took}: {found}", flush=True)
        sound &= found.sound
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
