"""Two experiments applied, repaired, destroyed and applied again at the same time: they never meet.

``python -m tests.campaigns.isolation --rounds 10 --seed 1``
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.campaigns.command_line import CommandLine, open_lab, wait
from tests.campaigns.inspection import Picture, check_nothing, check_single, look
from tests.campaigns.neighbours import LAB, find_meetings, owners, write_neighbour

NAMES = ("alpha", "beta")
LONGEST_OFFSET_S = 1.0
FIRST_HARMLESS_VLAN = 3000
"""No experiment can get these, and each port has its own: who moves two ports to one VLAN has joined them himself."""
MOVED_AT_A_TIME = 3


@dataclass(frozen=True, slots=True)
class Row:
    """``offset_s`` is how much later the second process started; ``seconds`` until both had ended."""

    what: str
    offset_s: float
    seconds: float
    groups: int


def campaign(line: CommandLine, rounds: int, seed: int) -> Iterator[Row]:
    """Lives of both experiments, one after the other.

    Raises:
        AssertionError: they met, or a run did not end well, or something is left.
    """
    chance = random.Random(seed)
    files = {name: write_neighbour(line.folder, name) for name in NAMES}
    apply = {name: ("apply", *words, "--yes") for name, words in files.items()}
    destroy = {name: ("destroy", name, "--yes") for name in NAMES}
    for _ in range(rounds):
        yield run_together(line, "apply", apply, chance)
        before = look(line)
        check_single(before)
        assert len(before.domains) == 12, before.domains
        yield _repair_together(line, apply, chance, before)
        yield run_together(line, "destroy", destroy, chance)
        check_nothing(look(line))


def run_together(
    line: CommandLine,
    what: str,
    commands: Mapping[str, Sequence[str]],
    chance: random.Random,
    meanwhile: Callable[[], None] | None = None,
) -> Row:
    """Run both at the same time, in either order; both have to succeed, and the experiments not to have met.

    Who is disturbed ``meanwhile`` may end with something left to do.
    """
    offset_s, order = chance.uniform(0, LONGEST_OFFSET_S), chance.sample(NAMES, 2)
    started = time.monotonic()
    first = line.start(*commands[order[0]])
    time.sleep(offset_s)
    second = line.start(*commands[order[1]])
    if meanwhile is not None:
        meanwhile()
    for name, process in zip(order, (first, second), strict=True):
        ended = wait(process)
        assert ended.code in ((0, 3) if meanwhile else (0,)), f"{what} {name}: {ended.code}\n{ended.out}\n{ended.err}"
    seconds = time.monotonic() - started
    assert not (met := find_meetings(line, NAMES)), met
    return Row(what, offset_s, seconds, len(line.ask_lab("history")))


def _repair_together(
    line: CommandLine, apply: Mapping[str, Sequence[str]], chance: random.Random, before: Picture
) -> Row:
    """Ports moved by hand, before the repair and in the midst of it; afterwards all is as it was."""
    ports = marked_ports(before)

    def disturb() -> None:
        for index in chance.sample(range(len(ports)), MOVED_AT_A_TIME):
            switch, port = ports[index]
            _move(line, switch, port, FIRST_HARMLESS_VLAN + index)

    disturb()
    row = run_together(line, "repair", apply, chance, disturb)
    for words in apply.values():
        line.expect(*words)
    after = look(line)
    assert (after.devices, after.leases) == (before.devices, before.leases)
    assert not find_meetings(line, NAMES)
    return row


def _move(line: CommandLine, switch: str, port: str, vlan: int) -> None:
    """By hand, and like a person: again while the switch says that a run of ours has it locked."""
    until = time.monotonic() + 30
    while (ended := line.run("lab", "break", "switch", switch, "move-port", port, str(vlan))).code:
        assert "locked" in ended.err and time.monotonic() < until, ended


def marked_ports(picture: Picture) -> list[tuple[str, str]]:
    """The ports that carry the mark of one of the two, with their switches."""
    return [
        (endpoint.partition("/")[0], port)
        for endpoint, left in sorted(picture.devices.items())
        for port, state in sorted(left.get("ports", {}).items())
        if owners([state["description"]], NAMES)
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with open_lab(*LAB, "--seed", str(given.seed)) as line:
        for row in campaign(line, given.rounds, given.seed):
            print(
                f"{row.what:>8}  offset {row.offset_s:4.2f} s  both done in {row.seconds:4.1f} s,"
                f" {row.groups} groups have been connected, none of two experiments",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
