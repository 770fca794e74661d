"""One call to a device, and the link it goes over: which of its moments happen, when, and what the caller hears."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from reconciler.model.address import Endpoint
from reconciler.model.errors import ReconcilerError, Rejected, Unreachable, Unreadable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Resource, Unknown
from reconciler.transport.errors import Interrupted
from tests.simulation.scheduler import Steps

Moments: TypeAlias = Generator["str | float", None, Any]
"""A device at work: it yields the name of what it does next, or for how many seconds it is busy."""

REPLY = "reply"
CONFIRMED = "switch.confirmed"
"""A switch has done it, and says so; what comes after is tidying up."""
BREAKS = frozenset({"cut", "late", "linger", "lostreply", "reboot"})
TIMEOUT_S = 30.0


class LinkLost(Exception):
    """Thrown into a caller that goes on by itself (an HTTP client); ``late_s``: the request arrives after so long."""

    def __init__(self, late_s: float | None = None) -> None:
        super().__init__("the link broke")
        self.late_s = late_s


class Device(Protocol):
    """``client_driven``: each moment is a request of its own; else the device goes on alone once it was asked.

    ``heals``: the caller goes on after a link that broke.  ``incarnation`` grows when everything connected is cut off.
    """

    client_driven: bool
    heals: bool
    incarnation: int

    def serve(self, call: Call) -> Moments: ...
    def restart(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call, at its ``at``-th moment; ``for_s`` is how late, how long or how slow."""

    kind: str
    at: int = 0
    for_s: float = 0.0


@dataclass(slots=True, eq=False)
class Call:
    """``resources`` is what is asked about, ``steps`` what is to be done: one of the two.

    ``begun``: something may have been changed.  ``doubled``: a request in it is delivered twice.
    ``given_up`` is shared by all calls of a process: by switch, its own sessions on which a change may still land;
    ``session`` is the one of this call.
    """

    name: str
    experiment: str
    run: str
    endpoint: Endpoint
    fence: Fence
    resources: tuple[Resource[Any], ...] = ()
    steps: tuple[Step[Any], ...] = ()
    tell: Callable[[object], None] = lambda event: None
    left: dict[Any, Step[Any]] = field(default_factory=dict)
    begun: bool = False
    heard: bool = False
    caller_gone: bool = False
    after_crash: Fault | None = None
    doomed_objects_s: float = 0.0
    doubled: bool = False
    given_up: dict[str, set[str]] = field(default_factory=dict)
    session: str = ""

    def __post_init__(self) -> None:
        self.left = {step.change.address: step for step in self.steps}

    @property
    def asks(self) -> bool:
        return not self.steps

    def settle(self, outcome: Outcome) -> None:
        """What became of one step; nothing that a caller hears who has gone or given up."""
        step = self.left.pop(outcome.address, None)
        if step is not None and not (self.heard or self.caller_gone):
            self.tell((step, outcome))

    def end(self, result: object) -> None:
        if not (self.heard or self.caller_gone):
            self.heard = True
            self.tell(result)

    def give_up(self) -> None:
        """The caller drops the session; if a change was sent on it, its process remembers that it may live on."""
        if self.session and self.begun and not self.caller_gone:
            self.given_up.setdefault(self.endpoint.host, set()).add(self.session)

    def dead_sessions(self) -> frozenset[str]:
        return frozenset(self.given_up.get(self.endpoint.host, ()))

    def settled(self) -> None:
        """A lock was had since: nothing that was sent earlier can still land."""
        self.given_up.pop(self.endpoint.host, None)

    def fail(self, error: ReconcilerError, unsure: bool) -> None:
        """The caller gives up."""
        if not self.heard:
            self.give_up()
        if not self.asks:
            for address in list(self.left):
                self.settle(Failed(address, error, unsure))
            self.end(None)
        else:
            self.end(error)


Passing: TypeAlias = Callable[[Call, str], None]
"""Told of every moment before it happens: for the trace, for coverage."""


@dataclass(frozen=True, slots=True)
class Link:
    """How one call goes.  ``passing`` is told of each moment, ``reachable`` says whether packets get through."""

    device: Device
    call: Call
    fault: Fault | None
    passing: Passing
    reachable: Callable[[], bool]

    def run(self) -> Steps:
        call, fault = self.call, self.fault
        yield 0.0
        if not self.reachable() or (fault is not None and fault.kind == "before"):
            yield TIMEOUT_S if not self.reachable() else 0.0
            call.fail(Unreachable(f"{call.endpoint}: no connection"), unsure=False)
            return
        if fault is not None and fault.kind == "refuse":
            call.fail(Rejected(f"{call.endpoint}: refused, for no good reason"), unsure=False)
            return
        if fault is not None and fault.kind == "dup":
            call.doubled = self.device.heals
            if not call.doubled:
                yield from self._serve(None, quiet=True)
                if call.caller_gone and call.after_crash is None:  # it died meanwhile, and sends nothing any more
                    return
        if fault is not None and fault.kind == "zombie":
            call.doomed_objects_s = fault.for_s
        yield from self._serve(fault, quiet=False)

    def _serve(self, fault: Fault | None, quiet: bool) -> Steps:
        """Go through the moments; ``quiet``: nobody hears the answer."""
        device = self.device
        call = _shadow(self.call) if quiet else self.call
        incarnation, passed = device.incarnation, -1
        moments = device.serve(call)
        try:
            moment = next(moments)
            while True:
                if isinstance(moment, float):
                    yield moment
                else:
                    passed += 1
                    yield fault.for_s if fault is not None and fault.kind == "slow" else 0.0
                lost = self._lost(fault, passed, moment)
                if device.incarnation != incarnation:
                    moments.close()
                    call.fail(Interrupted(f"{call.endpoint}: it restarted"), unsure=_unsure(device, call))
                    return
                if lost is not None:
                    fault = None
                    if device.heals and not call.caller_gone:
                        moment = moments.throw(LinkLost(lost.for_s if lost.kind == "late" else None))
                        continue
                    goes_on = yield from self._break(moments, lost, call)
                    if not goes_on or device.incarnation != incarnation:
                        moments.close()
                        return
                if isinstance(moment, str):
                    self.passing(call, moment)
                moment = next(moments)
        except StopIteration as end:
            if not quiet:
                self._answer(end.value, fault)
        except ReconcilerError as error:
            call.fail(error, unsure=False)

    def _lost(self, fault: Fault | None, passed: int, moment: str | float) -> Fault | None:
        """Whether the link breaks before this moment."""
        call = self.call
        if call.caller_gone:
            crash, call.after_crash = call.after_crash, None
            return crash
        if fault is None or isinstance(moment, float) or fault.kind not in BREAKS:
            return None
        hit = moment in (REPLY, CONFIRMED) if fault.kind == "lostreply" else passed == fault.at
        return fault if hit else None

    def _break(self, moments: Moments, lost: Fault, call: Call) -> Generator[float, None, bool]:
        """The link breaks, and the caller gives up; says whether the device goes on all the same."""
        device = self.device
        incarnation = device.incarnation
        if lost.kind == "reboot":
            device.restart()
        call.fail(Interrupted(f"{call.endpoint}: the link broke"), unsure=_unsure(device, call))
        if lost.kind in ("cut", "reboot"):
            return False
        if lost.kind != "lostreply":
            yield lost.for_s
        if not device.client_driven:
            return True
        if lost.kind == "late" and device.incarnation == incarnation:  # the one request that was on its way
            next(moments, None)
        return False

    def _answer(self, result: object, fault: Fault | None) -> None:
        call = self.call
        if fault is not None and fault.kind == "garbage":
            call.fail(Unreadable(f"{call.endpoint}: not what it should answer"), unsure=True)
        elif fault is not None and fault.kind == "partial" and isinstance(result, dict):
            half = sorted(result)[: max(1, len(result) // 2)]
            call.end({**result, **{a: Unknown("the list is cut short") for a in half}})
        else:
            call.end(result)


def _shadow(call: Call) -> Call:
    """The same call once more, whose answer nobody gets."""
    return Call(call.name, call.experiment, call.run, call.endpoint, call.fence, call.resources, call.steps)


def _unsure(device: Device, call: Call) -> bool:
    return call.begun or not device.client_driven


def applies(kind: str, call: Call) -> bool:
    """Whether this can go wrong with such a call at all."""
    driver = call.endpoint.driver
    if driver == "lease":
        return kind in ("before", "lostreply", "slow", "late", "cut", "refuse") and not call.asks
    if kind == "zombie":
        return driver == "xen" and not call.asks
    if kind == "partial":
        return call.asks
    if kind == "reboot":
        return driver in ("xen", "netconf")
    if driver == "kadeploy":
        return kind in ("before", "lostreply", "slow", "late", "cut", "refuse", "garbage", "dup")
    return True
