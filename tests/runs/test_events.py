"""What of a run's reports is published."""

from __future__ import annotations

from reconciler.model.event import Event
from reconciler.runs.events import events_of
from reconciler.runs.proposal import apply
from reconciler.runs.report import RunReport
from tests.loop.fleet import Fleet
from tests.loop.test_converge import domain
from tests.runs.small import experiment, small_context


def test_what_is_planned_begun_and_done_is_published_in_its_order() -> None:
    told: list[RunReport] = []
    apply(small_context(Fleet(), domain("a")), experiment(), report=told.append)
    events: list[Event] = [event for report in told for event in events_of(report)]
    assert [event.type for event in events] == [
        "plan_summary", "action_planned", "action_started", "action_succeeded", "plan_summary",
    ]  # fmt: skip


def test_where_a_run_begins_and_ends_is_for_whoever_keeps_the_stream() -> None:
    told: list[RunReport] = []
    apply(small_context(Fleet()), experiment(), report=told.append)
    assert [event for report in told for event in events_of(report)] == []
