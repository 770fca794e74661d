"""Kill apply and destroy (-9) at many moments, go on each time, and compare with a run that nobody disturbed.

``python -m tests.campaigns.kill_command_line --count 30 --seed 1``
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.campaigns.command_line import CommandLine, open_lab
from tests.campaigns.inspection import Picture, check_nothing, check_same, check_single, look
from tests.campaigns.moments import Moment, Span, kill_at, measure, measure_seconds, spread

DOCUMENT = "examples/quickstart.yaml"
APPLY = ("apply", "-f", DOCUMENT, "--yes")
DESTROY = ("destroy", "quickstart", "--yes")
KILLED = -9


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What a run from nothing is like, and what is there after it."""

    apply: Span
    destroy: Span
    picture: Picture


@dataclass(frozen=True, slots=True)
class Row:
    """One kill: ``made`` changes were there already, ``left`` the next run made; ``struck`` is False when it was over.

    ``deployments`` is the sum over all sites.
    """

    moment: Moment
    struck: bool
    made: int
    left: int
    deployments: int
    seconds: float


def prepare(line: CommandLine) -> Undisturbed:
    """Two whole lives, to know what one should be; leaves nothing."""
    seconds = [measure_seconds(line, words) for words in (APPLY, DESTROY)]
    line.forget()
    applied = measure(line, APPLY, seconds[0])
    picture = look(line)
    check_single(picture)
    destroyed = measure(line, DESTROY, seconds[1])
    check_nothing(look(line))
    return Undisturbed(applied, destroyed, picture)


def kill_apply(line: CommandLine, known: Undisturbed, moment: Moment) -> Row:
    """From nothing: apply, killed; apply again; then everything is as it has to be, and once more changes nothing.

    Raises:
        AssertionError: it is not.
    """
    line.forget()
    struck = kill_at(line, APPLY, moment).code == KILLED
    made, started = look_changes(line), time.monotonic()
    line.expect(*APPLY)
    seconds = time.monotonic() - started
    picture = look(line)
    check_single(picture)
    check_same(picture, known.picture)
    assert picture.deployments == known.picture.deployments, "a node was imaged more than once"
    line.expect("plan", "-f", DOCUMENT, "--detailed-exitcode")
    assert look_changes(line) == picture.changing, "planning changed something"
    return Row(moment, struck, made, picture.changing - made, picture.deployments, seconds)


def kill_destroy(line: CommandLine, moment: Moment) -> Row:
    """From converged: destroy, killed; destroy again; then nothing of it is left.

    Raises:
        AssertionError: something is.
    """
    before = look_changes(line)
    struck = kill_at(line, DESTROY, moment).code == KILLED
    made, started = look_changes(line), time.monotonic()
    line.expect(*DESTROY)
    seconds = time.monotonic() - started
    picture = look(line)
    check_nothing(picture)
    return Row(moment, struck, made - before, picture.changing - made, picture.deployments, seconds)


def look_changes(line: CommandLine) -> int:
    """How many changing calls the lab's devices have had."""
    return int(line.ask_lab("status")["totals"]["changing"])


def campaign(line: CommandLine, count: int, seed: int) -> Iterator[tuple[str, Row]]:
    """Kill ``count`` applies and as many destroys."""
    known = prepare(line)
    chance = random.Random(seed)
    applies = spread(known.apply, count, chance)
    for applied, destroyed in zip(applies, spread(known.destroy, count, chance), strict=True):
        yield "apply", kill_apply(line, known, applied)
        yield "destroy", kill_destroy(line, destroyed)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    struck = {"apply": 0, "destroy": 0}
    print(f"{'':>7}  {'killed at':<18} {'struck':<6} {'done':>5} {'left':>5} {'images':>6} {'resumed in':>10}")
    with open_lab("--seed", str(given.seed)) as line:
        for what, row in campaign(line, given.count, given.seed):
            struck[what] += row.struck
            hit = "yes" if row.struck else "over"
            print(
                f"{what:>7}  {row.moment!s:<18} {hit:<6} {row.made:>5} {row.left:>5} {row.deployments:>6}"
                f" {row.seconds:>8.1f} s",
                flush=True,
            )
    print(f"{struck['apply']} of {given.count} applies and {struck['destroy']} of {given.count} destroys were killed;")
    print("each time the next run ended as an undisturbed one: nothing twice, nothing missing, nothing orphaned.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
