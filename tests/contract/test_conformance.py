"""What holds for every driver on every device, emulated or simulated: so that neither is kinder than the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.driver import Driver
from reconciler.model.errors import Fenced, ReconcilerError
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from tests.contract.subject import Fault, Subject
from tests.contract.subjects import subjects
from tests.drivers.fence import EARLIER, FENCE, LATER, behind_barrier

_TRIES = 200


@pytest.fixture(params=subjects())
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with subjects()[request.param]() as made:
        yield made


@pytest.fixture
def fenced(subject: Subject) -> Subject:
    if not subject.fenced:
        pytest.skip("the device carries no epochs")
    return subject


def look(
    subject: Subject, wanted: Sequence[Resource[Any]], fence: Fence = FENCE, driver: Driver[Any, Any] | None = None
) -> dict[Address, Observed[Any]]:
    return dict((driver or subject.driver()).observe(subject.endpoint, wanted, fence))


def act(
    subject: Subject, changes: Sequence[Change[Any]], fence: Fence = FENCE, driver: Driver[Any, Any] | None = None
) -> dict[Address, Outcome]:
    """One call; exactly one outcome for every step."""
    driver = driver or subject.driver()
    steps = [driver.plan(change) for change in changes]
    outcomes = list(driver.apply(subject.endpoint, steps, fence))
    assert sorted(outcome.address for outcome in outcomes) == sorted(change.address for change in changes)
    return {outcome.address: outcome for outcome in outcomes}


def creations(subject: Subject) -> list[Change[Any]]:
    return [Change(resource, None, resource.spec) for resource in subject.resources]


def updates(subject: Subject) -> list[Change[Any]]:
    specs = {resource.address: resource.spec for resource in subject.resources}
    return [Change(resource, specs[resource.address], resource.spec) for resource in subject.changed]


def deletions(subject: Subject) -> list[Change[Any]]:
    return [Change(resource, resource.spec, None) for resource in reversed(subject.resources)]


def reach(subject: Subject, changes: Sequence[Change[Any]], fence: Fence = FENCE) -> None:
    """Bring changes about; what is accepted and not yet done is looked at again, as the loop does."""
    outcomes = act(subject, changes, fence)
    assert not [outcome for outcome in outcomes.values() if isinstance(outcome, Failed)], outcomes
    wanted = [change.resource for change in changes]
    for _ in range(_TRIES):
        waits = [outcome.retry_in_s for outcome in outcomes.values() if isinstance(outcome, Waiting)]
        if not waits or not any(isinstance(seen, Unknown) for seen in look(subject, wanted, fence).values()):
            break
        subject.wait(min(waits))
    seen = look(subject, wanted, fence)
    for change in changes:
        if change.after is not None:
            assert seen[change.address] == Present(change.after)
        elif not subject.keeps_released:
            assert seen[change.address] == Absent()


def test_nothing_is_there_at_first(subject: Subject) -> None:
    assert set(look(subject, subject.resources).values()) == {Absent()}


def test_what_is_made_is_read_back_and_seen_by_everybody(subject: Subject) -> None:
    outcomes = act(subject, creations(subject))
    specs = {resource.address: resource.spec for resource in subject.resources}
    for address, outcome in outcomes.items():
        if isinstance(outcome, Done):
            assert outcome.readback in (None, Present(specs[address]))
        else:
            assert isinstance(outcome, Waiting), outcome
    reach(subject, [change for change in creations(subject) if not isinstance(outcomes[change.address], Waiting)])


def test_resources_are_led_from_state_to_state_and_away(subject: Subject) -> None:
    reach(subject, creations(subject))
    reach(subject, updates(subject))
    changed = {resource.address: resource.spec for resource in subject.changed}
    away = [Change(c.resource, changed.get(c.address, c.before), None) for c in deletions(subject)]
    reach(subject, away)


def test_looking_changes_nothing(subject: Subject) -> None:
    reach(subject, creations(subject))
    before = subject.snapshot()
    look(subject, subject.resources)
    look(subject, subject.resources, LATER)
    assert subject.snapshot() == before


def test_doing_it_again_makes_no_difference(subject: Subject) -> None:
    reach(subject, creations(subject))
    before = subject.snapshot()
    outcomes = act(subject, creations(subject))
    assert not [outcome for outcome in outcomes.values() if isinstance(outcome, Failed) and outcome.unsure]
    reach(subject, creations(subject))
    assert subject.snapshot() == before


# -- fences ----------------------------------------------------------------------------------------------


def test_an_older_epoch_is_refused_and_nothing_changes(fenced: Subject) -> None:
    reach(fenced, creations(fenced))
    before = fenced.snapshot()
    for changes in (updates(fenced), deletions(fenced)):
        for outcome in act(fenced, changes, EARLIER).values():
            assert isinstance(outcome, Failed), outcome
            assert isinstance(outcome.error, Fenced) and not outcome.error.retryable
            assert not outcome.unsure
    assert fenced.snapshot() == before


@pytest.mark.parametrize("barrier", [False, True])
def test_whoever_is_older_than_the_device_is_told_so_when_it_looks(fenced: Subject, barrier: bool) -> None:
    reach(fenced, creations(fenced))
    before = fenced.snapshot()
    with pytest.raises(Fenced):
        look(fenced, fenced.resources, behind_barrier(EARLIER) if barrier else EARLIER)
    assert fenced.snapshot() == before


@pytest.mark.parametrize("fence", [FENCE, LATER], ids=["same", "later"])
def test_the_same_and_a_later_epoch_are_accepted(fenced: Subject, fence: Fence) -> None:
    reach(fenced, creations(fenced))
    reach(fenced, updates(fenced), fence)


def test_a_change_shuts_out_whoever_was_before(fenced: Subject) -> None:
    reach(fenced, creations(fenced))
    reach(fenced, updates(fenced), LATER)
    for outcome in act(fenced, deletions(fenced)).values():
        assert isinstance(outcome, Failed) and isinstance(outcome.error, Fenced)


def test_a_barrier_shuts_out_whoever_was_before_and_shows_the_state(fenced: Subject) -> None:
    reach(fenced, creations(fenced))
    seen = look(fenced, fenced.resources, behind_barrier(LATER))
    assert seen == {resource.address: Present(resource.spec) for resource in fenced.resources}
    for outcome in act(fenced, deletions(fenced)).values():
        assert isinstance(outcome, Failed) and isinstance(outcome.error, Fenced)


def test_a_second_barrier_changes_nothing(fenced: Subject) -> None:
    reach(fenced, creations(fenced))
    look(fenced, fenced.resources, behind_barrier(LATER))
    before = fenced.snapshot()
    look(fenced, fenced.resources, behind_barrier(LATER))
    assert fenced.snapshot() == before


def test_a_run_that_slept_between_its_look_and_its_change_is_refused(fenced: Subject) -> None:
    """Its session is open and its plan is right; all the same another has taken over since."""
    sleeper = fenced.driver()
    look(fenced, fenced.resources, FENCE, sleeper)
    reach(fenced, creations(fenced), LATER)
    before = fenced.snapshot()
    for outcome in act(fenced, deletions(fenced), FENCE, sleeper).values():
        assert isinstance(outcome, Failed) and isinstance(outcome.error, Fenced)
    assert fenced.snapshot() == before


# -- faults ----------------------------------------------------------------------------------------------


def broken(subject: Subject, fault: Fault) -> None:
    if fault not in subject.faults:
        pytest.skip(f"the device cannot be broken so: {fault}")
    subject.break_(fault)


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.GARBAGE, Fault.PARTIAL])
@pytest.mark.parametrize("barrier", [False, True])
def test_no_answer_and_nonsense_tell_nothing(subject: Subject, fault: Fault, barrier: bool) -> None:
    reach(subject, creations(subject))
    broken(subject, fault)
    try:
        seen = look(subject, subject.resources, behind_barrier() if barrier else FENCE)
    except ReconcilerError as error:
        assert error.retryable
    else:
        for resource in subject.resources:
            assert isinstance(seen[resource.address], Unknown) or seen[resource.address] == Present(resource.spec)
        assert Unknown in {type(found) for found in seen.values()}
    subject.mend()
    assert look(subject, subject.resources) == {each.address: Present(each.spec) for each in subject.resources}


def test_a_device_that_is_silent_is_not_changed_and_is_changed_once_it_is_back(subject: Subject) -> None:
    broken(subject, Fault.SILENT)
    assert {type(outcome) for outcome in act(subject, creations(subject)).values()} == {Failed}
    subject.mend()
    assert set(look(subject, subject.resources, behind_barrier()).values()) == {Absent()}
    reach(subject, creations(subject))


def test_a_lost_reply_is_in_doubt_and_the_next_run_finds_out_behind_a_barrier(subject: Subject) -> None:
    broken(subject, Fault.LOST_REPLY)
    outcomes = act(subject, creations(subject))
    for outcome in outcomes.values():
        assert not isinstance(outcome, Failed) or outcome.unsure, outcome
    subject.mend()
    for _ in range(_TRIES):
        seen = look(subject, subject.resources, behind_barrier(LATER))
        busy = [found.retry_in_s for found in seen.values() if isinstance(found, Unknown) and found.retry_in_s]
        if not busy:
            break
        subject.wait(min(busy))
    for resource in subject.resources:
        assert seen[resource.address] in (Present(resource.spec), Absent())
    missing = [change for change in creations(subject) if seen[change.address] == Absent()]
    reach(subject, missing, LATER)


# -- what belongs to others -------------------------------------------------------------------------------


def test_what_is_anothers_is_named_and_left_alone(subject: Subject) -> None:
    resource = subject.intrude()
    if resource is None:
        pytest.skip("nobody else can be in the place of something of ours there")
    before = subject.snapshot()
    seen = look(subject, [resource])[resource.address]
    assert isinstance(seen, Foreign) and seen.reason
    for change in (Change(resource, None, resource.spec), Change(resource, resource.spec, None)):
        (outcome,) = act(subject, [change]).values()
        assert isinstance(outcome, Failed) and not outcome.unsure
    assert look(subject, [resource])[resource.address] == seen
    assert subject.snapshot() == before
