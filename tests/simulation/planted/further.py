"""Errors about the end of a lifetime, sessions that hang, and deployments that got lost."""

from __future__ import annotations

from reconciler.allocation import allocate
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.switch import locking
from reconciler.engine import engine
from reconciler.planning.lifetime import Lifetime
from reconciler.planning.world import World
from tests.simulation import choices
from tests.simulation.devices.deployer import Deployer
from tests.simulation.planted import wrongs
from tests.simulation.planted.patches import Error, Patch, returns
from tests.simulation.process import Reconciler

FURTHER = (
    Error(
        "made at the last minute",
        "Things are made although the lifetime is about to end",
        "its time comes",
        (Patch(engine, "too_late", returns({})),),
    ),
    Error(
        "grown at the last minute",
        "What there is may grow although the lifetime is about to end",
        "it is prolonged",
        (Patch(engine, "_grows", returns(False)),),
    ),
    Error(
        "never taken down",
        "Nothing is begun when the time of an experiment has come",
        "its time comes",
        (Patch(Lifetime, "is_due", returns(False)),),
    ),
    Error(
        "ended as first asked",
        "A lifetime that was prolonged meanwhile is ended all the same",
        "it is prolonged",
        (Patch(Reconciler, "__init__", wrongs.any_life),),
    ),
    Error(
        "any session is ended",
        "Whoever has the locks of a switch is thrown out",
        "a person at the switch",
        (Patch(locking, "_is_ours", returns(True)),),
    ),
    Error(
        "begun anew",
        "A deployment whose answer was lost is asked for again, of a deployer that takes a node that it is imaging",
        "answers of the deployer are lost",
        (Patch(KadeployDriver, "_start", wrongs.asks_again), Patch(Deployer, "__init__", wrongs.takes_busy)),
    ),
    Error(
        "a guessed node",
        "While a scheduler has yet to choose nodes, the compiler chooses some",
        "nodes come late",
        (Patch(choices, "SCHEDULED", wrongs.guesses),),
    ),
    Error(
        "hopes for the rest",
        "What was granted in part is taken for all that there will be",
        "nodes come in parts",
        (Patch(allocate, "_split", wrongs.forgets_the_rest),),
    ),
    Error(
        "pending is absent",
        "What cannot be told before a part is chosen counts as not wanted",
        "the scheduler falls silent",
        (Patch(World, "stays", returns(False)),),
    ),
)
