"""What the engine asks for, and what it is told.

The effects of one step are carried out in their order, and each is over before the next begins, but for ``Ask`` and
``Send``: these only begin, and are answered by events in any order.  Between any two a process may die.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import ReconcilerError
from reconciler.model.fence import Fence
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Observed, Resource
from reconciler.planning.world import World
from reconciler.resources.allocations import Allocations

# -- effects ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadAllocations:
    """Answered by ``AllocationsRead``, at once."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Observe these resources of one endpoint in one call; answered by ``Answered``."""

    endpoint: Endpoint
    resources: tuple[Resource[Any], ...]
    fence: Fence


@dataclass(frozen=True, slots=True)
class Resolve:
    """Note what was observed, of open intents behind a barrier: they are settled by it, and what is no longer intended
    is forgotten.
    """

    observed: Mapping[Address, Observed[Any]]


@dataclass(frozen=True, slots=True)
class QuarantineAddress:
    """A stranger uses this address of ours, for this reason: take it out of the pool; the next pass chooses another."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportUnknownEpoch:
    """A device has a mark that the run cannot explain: should it be an old copy, nothing more is done with
    them.
    """

    experiment: str
    epoch: int
    found: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """Write the pass's intents down, and what its plan found out without doing anything."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Issue:
    """Make durable that these steps are about to be sent."""

    steps: tuple[Step[Any], ...]


@dataclass(frozen=True, slots=True)
class Send:
    """Have the driver run these steps; answered by ``Heard`` for each step that it tells of, then by ``Ended``."""

    endpoint: Endpoint
    steps: tuple[Step[Any], ...]
    fence: Fence


@dataclass(frozen=True, slots=True)
class Settle:
    """Make durable what became of issued steps."""

    pairs: tuple[tuple[Step[Any], Outcome], ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to do for so long; answered by ``Woke``, early when the run is asked to stop."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """For whoever watches the run."""

    event: RunEvent


Effect: TypeAlias = (
    ReadAllocations
    | Ask
    | Resolve
    | QuarantineAddress
    | ReportUnknownEpoch
    | Prepare
    | Issue
    | Send
    | Settle
    | Pause
    | Report
)

# -- events ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllocationsRead:
    allocations: Allocations


@dataclass(frozen=True, slots=True)
class Answered:
    endpoint: Endpoint
    answer: Mapping[Address, Observed[Any]] | ReconcilerError


@dataclass(frozen=True, slots=True)
class Heard:
    step: Step[Any]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Ended:
    """The call is over; each of the steps that it did not tell of ended with ``error``."""

    endpoint: Endpoint
    error: ReconcilerError | None = None


@dataclass(frozen=True, slots=True)
class Woke:
    pass


@dataclass(frozen=True, slots=True)
class StopAsked:
    """Start nothing more; finish what is under way."""


Event: TypeAlias = AllocationsRead | Answered | Heard | Ended | Woke | StopAsked

# -- reports ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look at the world led to.

    ``findings`` are of open intents, observed behind a barrier, and of what earlier ones intended; ``taken`` are the
    addresses of ours that others use.
    """

    desired: Mapping[Address, Resource[Any]]
    world: World
    plan: Plan
    findings: Mapping[Address, Observed[Any]] = field(default_factory=dict)
    taken: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PassPlanned:
    number: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Started:
    """These steps are about to be sent to their device."""

    endpoint: Endpoint
    steps: tuple[Step[Any], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    step: Step[Any]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Skipped:
    """Never sent, because of ``because`` (steps that did not succeed); empty when the run was stopped."""

    step: Step[Any]
    because: frozenset[Address]


@dataclass(frozen=True, slots=True)
class Finished:
    """The last word of a run.  ``failed`` keeps the last error of each step that did not succeed in the end."""

    converged: bool
    decision: Decision
    failed: Mapping[Address, str]
    held_back: Mapping[Address, str]
    interrupted: bool
    timed_out: bool
    changed_count: int


StepEvent: TypeAlias = Started | Settled | Skipped
RunEvent: TypeAlias = PassPlanned | StepEvent | Finished
