"""However experiments and processes race, nothing is ever held twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.errors import Rejected
from reconciler.resources.lease import Lease, merge_ranges
from reconciler.wiring import open_store
from tests.store.stores import HandClock, close_all, make_store

BASE = (10 << 24) + (136 << 16) + (16 << 8)
pairs = st.dictionaries(st.tuples(st.sampled_from("ab"), st.integers(0, 9)), st.integers(BASE, BASE + 30), max_size=12)


@settings(max_examples=60, deadline=None)
@given(history=st.lists(st.tuples(st.sampled_from(["one", "two"]), pairs, st.integers(0, 400)), max_size=8))
def test_no_history_gives_an_address_to_two(history: list[tuple[str, dict[tuple[str, int], int], int]]) -> None:
    clock = HandClock()
    allocations = make_store(clock).leases
    held: dict[str, Lease | None] = {"one": None, "two": None}
    for experiment, members, passed_s in history:
        unique = {number: f"{group}-{index}" for (group, index), number in members.items()}
        wanted = Lease(merge_ranges((vm, number) for number, vm in unique.items())) if unique else None
        before = allocations.taken(experiment)[1]
        try:
            allocations.hold(experiment, [("lease", "lan", wanted)])
            assert not unique.keys() & before.keys(), "another's, or not long enough given back"
            held[experiment] = wanted
        except Rejected:
            assert unique.keys() & before.keys(), "refused without a reason"
        assert {name: allocations.holding(name, "lease", "lan") for name in held} == held
        clock.advance(seconds=passed_s)
    close_all()


GRAB = """
import sys
from pathlib import Path
from reconciler.model.errors import Rejected
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.wiring import open_store

me, folder, url, base = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
allocations = open_store(folder, url or None).leases
print("ready", flush=True)
sys.stdin.readline()
for number in range(60):
    for kind, wanted in (
        ("lease", Lease((AddressRange("vm", 0, base + 2 * number, 2),))),
        ("reservation", Reservation((f"n-{number}", f"n-{number + 1}"))),
    ):
        try:
            allocations.hold(me, [(kind, f"{kind}-{number}", wanted)])
            print(kind, number, flush=True)
        except Rejected:
            pass
"""


def test_processes_that_race_for_the_same_set_never_both_get_it(
    tmp_path: Path, dialect: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("cluster").fresh() if dialect == "postgresql" else ""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", GRAB, name, str(tmp_path), url, str(BASE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two", "three")
    ]
    for racer in racers:
        assert racer.stdout and racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    won = [tuple(line.split()) for racer in racers for line in racer.communicate(timeout=60)[0].splitlines()]
    assert [racer.returncode for racer in racers] == [0, 0, 0]
    assert len(won) == len(set(won))
    assert sorted(int(number) for kind, number in won if kind == "lease") == list(range(60))
    store = open_store(tmp_path, url or None)
    rows = store.leases.rows()
    store.close()
    assert len(rows) == len({(row.pool, row.what) for row in rows})
