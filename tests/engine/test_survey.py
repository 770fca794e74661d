"""Whom a look asks, behind which barrier, and what it makes of runs that may still act."""

from __future__ import annotations

from typing import Any

from reconciler.engine.effects import Answered, Ask
from reconciler.engine.run_config import RunConfig
from reconciler.engine.survey import Survey
from reconciler.engine.view import View
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action, Cause
from reconciler.model.desired import Desired
from reconciler.model.errors import Unreachable
from reconciler.model.fence import Fence
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.allocations import Allocations, OpenIntent
from reconciler.resources.deployment import Deployment
from tests.planning.worlds import domain, plan_step, thing, trusting

A = thing("a")
SITE = Endpoint("kadeploy", "lille")


def config(*wanted: Resource[Any], has_lock: bool = True) -> RunConfig:
    desired = Desired({r.address: r for r in wanted})
    return RunConfig(lambda allocations: desired, plan_step, has_lock=has_lock, guard=trusting)


def intent(resource: Resource[Any], **said: Any) -> OpenIntent:
    return OpenIntent(Action.CREATE, resource.endpoint, "earlier", **said)


def look(one: Survey, allocations: Allocations, answer: Observed[Any] | Unreachable) -> list[Ask]:
    """Answer everything that is asked, and all that is asked on account of it, in the same way."""
    asked: list[Ask] = []
    waiting = [effect for effect in one.read(allocations) if isinstance(effect, Ask)]
    while waiting:
        ask = waiting.pop(0)
        asked.append(ask)
        found = answer if isinstance(answer, Unreachable) else {r.address: answer for r in ask.resources}
        waiting += [effect for effect in one.answered(Answered(ask.endpoint, found)) if isinstance(effect, Ask)]
    return asked


def test_a_device_with_an_open_intent_is_asked_behind_a_barrier_with_its_tickets() -> None:
    allocations = Allocations(recorded={A.address: A}, open={A.address: intent(A, ticket="w-7")}, fence=Fence(9, "l"))
    one = Survey(config(A), View())
    (ask,) = look(one, allocations, Present(A.spec))
    assert (ask.fence.barrier, ask.fence.epoch, ask.fence.tickets) == (True, 9, ("w-7",))
    assert one.decision is not None and one.decision.findings == {A.address: Present(A.spec)}


def test_a_host_of_which_nothing_is_recorded_is_not_marked_although_an_earlier_call_may_be_open_there() -> None:
    """Its node may be nobody's by now; the host's own fence stops that call."""
    one = Survey(config(A), View())
    (ask,) = look(one, Allocations(open={A.address: intent(A)}), Absent())
    assert not ask.fence.barrier
    assert one.decision is not None and one.decision.findings == {}


def test_a_deployer_is_asked_behind_a_barrier_also_when_nothing_is_recorded() -> None:
    image = Resource(Address("deployment", "exp", "n-1.lille"), SITE, Deployment("n-1", "debian-xen", 1, "root"))
    (ask,) = look(Survey(config(image), View()), Allocations(open={image.address: intent(image)}), Absent())
    assert ask.fence.barrier


def test_what_is_unknown_behind_a_barrier_settles_nothing() -> None:
    allocations = Allocations(recorded={A.address: A}, open={A.address: intent(A)})
    one = Survey(config(A), View())
    look(one, allocations, Unreachable("cut"))
    assert one.decision is not None and one.decision.findings == {}
    assert not one.decision.plan.steps and A.address in one.decision.plan.unknown


def test_a_look_that_holds_nothing_uses_no_barrier_and_settles_nothing() -> None:
    allocations = Allocations(recorded={A.address: A}, open={A.address: intent(A)})
    one = Survey(config(A, has_lock=False), View())
    (ask,) = look(one, allocations, Present(A.spec))
    assert not ask.fence.barrier
    assert one.decision is not None and one.decision.findings == {}


def test_an_answer_from_before_the_intent_is_asked_for_again() -> None:
    view = View()
    look(Survey(config(A), view), Allocations(recorded={A.address: A}), Present(A.spec))
    assert look(Survey(config(A), view), Allocations(recorded={A.address: A}), Present(A.spec)) == []
    behind = Allocations(recorded={A.address: A}, open={A.address: intent(A)})
    assert [ask.fence.barrier for ask in look(Survey(config(A), view), behind, Absent())] == [True]
    assert look(Survey(config(A), view), behind, Absent()) == []


def test_an_image_that_a_silent_run_may_still_deploy_is_unknown() -> None:
    image = Resource(Address("deployment", "exp", "n1"), Endpoint("d", "site"), Deployment("n1", "deb", 1, "root"))
    allocations = Allocations(recorded={image.address: image}, open={image.address: intent(image, doubtful=True)})
    one = Survey(config(image), View())
    look(one, allocations, Absent())
    assert one.decision is not None and not one.decision.plan.steps
    assert "no heartbeat, but it may still be active" in one.decision.plan.unknown[image.address]


def test_a_slice_that_a_silent_run_may_still_change_is_not_left_and_what_it_uses_is_kept() -> None:
    lease = thing("lease", on="allocations")
    port = Resource(Address("switch", "exp", "sw1"), Endpoint("thing", "sw1"), A.spec, frozenset({lease.address}))
    allocations = Allocations(
        recorded={r.address: r for r in (lease, port)},
        open={port.address: intent(port, doubtful=True)},
    )
    for answer in (Present(A.spec), Absent()):
        one = Survey(config(), View())
        look(one, allocations, answer)
        assert one.decision is not None
        assert not {a for a, s in one.decision.plan.steps.items() if s.change.action is Action.DELETE}
        assert port.address not in one.decision.plan.gone


def test_what_an_update_under_way_would_use_is_not_released() -> None:
    lease = thing("lease", on="allocations")
    plain = thing("user", on="h2")
    changed = Resource(plain.address, plain.endpoint, plain.spec, frozenset({lease.address}))
    allocations = Allocations(recorded={r.address: r for r in (lease, plain)}, intended={plain.address: changed})
    one = Survey(config(plain), View())
    for ask in [effect for effect in one.read(allocations) if isinstance(effect, Ask)]:
        found: Any = {r.address: Present(r.spec) for r in ask.resources}
        one.answered(Answered(ask.endpoint, Unreachable("cut") if ask.endpoint.host == "h2" else found))
    assert one.decision is not None
    assert "still used by" in one.decision.plan.waiting[lease.address]


def test_reading_a_book_of_nothing_for_nothing_is_decided_at_once() -> None:
    one = Survey(config(), View())
    assert one.read(Allocations()) == [] and one.decision is not None and one.decision.plan.converged


def test_what_an_earlier_update_intended_is_a_finding_without_a_barrier() -> None:
    wish = Resource(A.address, A.endpoint, domain("a", 512), A.needs)
    one = Survey(config(A), View())
    (ask,) = look(one, Allocations(recorded={A.address: A}, intended={A.address: wish}), Present(A.spec))
    assert not ask.fence.barrier
    assert one.decision is not None and one.decision.findings == {A.address: Present(A.spec)}


def test_an_open_intent_on_what_was_forgotten_is_settled_by_its_devices_barrier() -> None:
    gone = thing("b")
    allocations = Allocations(recorded={A.address: A}, open={gone.address: intent(gone)})
    one = Survey(config(A), View())
    (ask,) = look(one, allocations, Present(A.spec))
    assert ask.fence.barrier
    assert one.decision is not None and one.decision.findings == {gone.address: Absent()}


def test_what_vanished_by_itself_is_looked_for_twice_before_it_is_forgotten() -> None:
    allocations = Allocations(recorded={A.address: A})
    one = Survey(config(), View())
    (first,) = [effect for effect in one.read(allocations) if isinstance(effect, Ask)]
    (second,) = one.answered(Answered(A.endpoint, {A.address: Absent()}))
    assert isinstance(second, Ask) and second.fence.barrier and not first.fence.barrier
    assert one.answered(Answered(A.endpoint, {A.address: Present(A.spec)})) == []
    assert one.decision is not None and not one.decision.plan.gone
    assert [step.change.action for step in one.decision.plan.steps.values()] == [Action.DELETE]


def test_what_is_gone_twice_is_gone() -> None:
    one = Survey(config(), View())
    one.read(Allocations(recorded={A.address: A}))
    one.answered(Answered(A.endpoint, {A.address: Absent()}))
    one.answered(Answered(A.endpoint, {A.address: Absent()}))
    assert one.decision is not None and one.decision.plan.gone == {A.address}


def test_what_is_already_as_it_is_to_become_is_looked_at_twice() -> None:
    larger = Resource(A.address, A.endpoint, domain("a", 512), A.needs)
    one = Survey(config(larger), View())
    asked = look(one, Allocations(recorded={A.address: A}), Present(larger.spec))
    assert [ask.fence.barrier for ask in asked] == [False, True]
    assert one.decision is not None and one.decision.plan.record == (larger,)


def test_what_was_lost_is_looked_for_twice_before_it_is_made_again_and_once_in_a_run() -> None:
    view, allocations = View(), Allocations(recorded={A.address: A})
    one = Survey(config(A), view)
    assert [ask.fence.barrier for ask in look(one, allocations, Absent())] == [False, True]
    assert one.decision is not None
    assert [step.change.cause for step in one.decision.plan.steps.values()] == [Cause.LOST]
    assert look(Survey(config(A), view), allocations, Absent()) == []
