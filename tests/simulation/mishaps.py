"""What may befall a process between two effects."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING

from tests.simulation.call import Fault
from tests.simulation.scheduler import PARKED

if TYPE_CHECKING:
    from tests.simulation.process import Reconciler
    from tests.simulation.world import World


def befall(world: World, process: Reconciler, fault: Fault | None) -> Generator[float, None, None]:
    """Others go on in any case; a process that dies never returns from here."""
    match fault:
        case Fault("crash"):
            world.kill(process)
            yield PARKED
        case Fault("forsake"):
            world.kill(process, expired_claims=True)
            yield PARKED
        case Fault("pause", _, for_s):
            _freeze(world, process, for_s)
        case Fault("term"):
            process.stop()
        case Fault("expire", _, for_s):
            yield from _dawdle(world, process, for_s)
    yield 0.0


def _freeze(world: World, process: Reconciler, for_s: float) -> None:
    until_s = world.scheduler.now_s + for_s
    for task in process.tasks:
        world.scheduler.freeze(task, until_s)
    for call, task in process.calls:
        if world.device(call).client_driven:
            world.scheduler.freeze(task, until_s)


def _dawdle(world: World, process: Reconciler, for_s: float) -> Generator[float, None, None]:
    """Its main thread gets no further until the lifetime closes, and ``for_s`` on; if there is an end to it."""
    left_s = process.life.closes_in_s() + for_s
    until_s = world.scheduler.now_s + (left_s if left_s < inf else 0.0)
    while world.scheduler.now_s < until_s:  # it may be woken for what it cannot hear yet
        yield until_s - world.scheduler.now_s
