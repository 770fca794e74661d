"""What a run reports, as the events that are published: for a stream of lines, or of a server."""

from __future__ import annotations

from reconciler.engine.effects import PassPlanned, Settled, Skipped, Started
from reconciler.model.event import Event, Level
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.planning.render import drifted, summarise


def events_of(report: object) -> list[Event]:
    """Empty for what is not published."""
    match report:
        case PassPlanned(number, decision):
            plan = decision.plan
            found = [Event("plan_summary", summarise(plan), fields={"pass": number, "steps": len(plan.steps)})]
            found += [
                Event("drift_detected", f"{address} drifted", Level.WARNING, {"address": str(address)})
                for address in drifted(decision.world.recorded, plan)
            ]
            return found + [
                Event(
                    "action_planned",
                    f"{s.change.action} {a}",
                    Level.DEBUG,
                    {"address": str(a), "action": str(s.change.action)},
                )
                for a, s in sorted(plan.steps.items())
            ]
        case Started(endpoint, steps):
            return [
                Event(
                    "action_started",
                    f"{s.change.action} {s.change.address}",
                    fields={"address": str(s.change.address), "endpoint": str(endpoint)},
                )
                for s in steps
            ]
        case Settled(step, Done(address)):
            return [Event("action_succeeded", f"{step.change.action} {address}", fields={"address": str(address)})]
        case Settled(_, Waiting(address, reason, retry_in_s)):
            return [Event("action_progress", reason, fields={"address": str(address), "retryInS": retry_in_s})]
        case Settled(_, Failed(address, error, unsure)):
            return [Event("action_failed", str(error), Level.ERROR, {"address": str(address), "unsure": unsure})]
        case Skipped(step, because):
            why = [str(address) for address in sorted(because)]
            return [
                Event(
                    "action_skipped",
                    f"{step.change.address}",
                    Level.WARNING,
                    {"address": str(step.change.address), "because": why},
                )
            ]
    return []
