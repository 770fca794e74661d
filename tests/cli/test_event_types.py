"""The stream of a real run against the published schema; the schema against the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.cli.event_types import ENVELOPE, TYPES, render_event_schema
from reconciler.cli.events import EventLog
from reconciler.cli.exits import Exit
from reconciler.loop.converge import converge
from reconciler.loop.run_context import RunContext
from reconciler.model.address import Address, Endpoint
from reconciler.model.desired import Desired
from reconciler.model.errors import Rejected
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.vlan import Vlan

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(render_event_schema())
VALIDATOR = Draft202012Validator(SCHEMA)


class Device:
    """Makes what it is told; one address waits at first, one is refused, and one needs the refused."""

    def __init__(self) -> None:
        self.there: dict[Address, Any] = {}
        self.asked: set[Address] = set()

    def observe(self, endpoint: Endpoint, wanted: Any, fence: Any) -> dict[Address, Any]:
        return {r.address: Present(self.there[r.address]) if r.address in self.there else Absent() for r in wanted}

    def plan(self, change: Any) -> Step[Any]:
        return Step(change, ("make it",))

    def apply(self, endpoint: Endpoint, steps: Any, fence: Any) -> Iterator[Any]:
        for step in steps:
            address = step.change.address
            if address.name == "refused":
                yield Failed(address, Rejected("no"))
            elif address.name == "slow" and address not in self.asked:
                self.asked.add(address)
                yield Waiting(address, "busy", 0.0)
            else:
                self.there[address] = step.change.after
                yield Done(address)


class Memory:
    def __init__(self, recorded: dict[Address, Any]) -> None:
        self.recorded = recorded

    def allocations(self, experiment: str) -> Allocations:
        return Allocations(recorded=dict(self.recorded))

    def prepare(self, run: str, plan: Any) -> None: ...

    def issue(self, run: str, steps: Any) -> None:
        self.recorded |= {step.change.address: step.change.resource for step in steps}

    def settle(self, run: str, settled: Any) -> None: ...

    def resolve(self, run: str, observed: Any) -> None: ...


def resource(name: str, *needs: str, host: str = "one") -> Resource[Vlan]:
    needed = frozenset(Address("vlan", "exp", need) for need in needs)
    return Resource(Address("vlan", "exp", name), Endpoint("device", host), Vlan((("vlan:x", 700),)), needed)


@pytest.fixture
def stream(tmp_path: Path) -> list[dict[str, Any]]:
    """A run that meets everything: drift, success, waiting, refusal and what is skipped for it."""
    device, path = Device(), tmp_path / "events"
    lost = resource("lost")
    device.there[lost.address] = Vlan((("vlan:x", 701),))
    wanted = [lost, resource("slow"), resource("refused", host="two"), resource("after", "refused")]
    desired = {r.address: r for r in wanted}
    with ThreadPoolExecutor(2) as pool, EventLog(str(path), "run-1", "exp") as log:
        store = Memory({lost.address: lost})
        session = RunContext(
            "exp", "run-1", store, {"device": device}, pool, lambda: False, lambda _: None, lambda: 0.0, 1.0
        )
        log.started()
        for report in converge(session, lambda _: Desired(desired)):
            log.report(report)
            last = report
        log.ended(Exit.PARTIAL, last)  # type: ignore[arg-type]  # the last report is Finished
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_published_schema_is_the_one_we_generate() -> None:
    kept = (ROOT / "schemas/event.schema.json").read_text()
    assert kept == render_event_schema(), "run `reconciler schema --out schemas`"
    Draft202012Validator.check_schema(SCHEMA)


def test_every_line_of_a_run_fits_the_schema_and_has_no_field_it_does_not_tell_of(stream: list[dict[str, Any]]) -> None:
    for line in stream:
        assert list(VALIDATOR.iter_errors(line)) == []
        assert line.keys() <= ENVELOPE.keys() | TYPES[line["type"]].fields.keys(), line


def test_the_run_told_everything_it_met_in_one_numbered_row(stream: list[dict[str, Any]]) -> None:
    assert {line["type"] for line in stream} == set(TYPES) - {"run_interrupted"}
    assert [line["seq"] for line in stream] == list(range(1, len(stream) + 1))
    assert (stream[0]["type"], stream[-1]["type"]) == ("version", "run_summary")


@pytest.mark.parametrize("lacking", ["seq", "run", "address", "retryInS"])
def test_a_line_that_lacks_something_does_not_fit(lacking: str, stream: list[dict[str, Any]]) -> None:
    (line, *_) = [line for line in stream if line["type"] == "action_progress"]
    assert list(VALIDATOR.iter_errors(line)) == []
    assert list(VALIDATOR.iter_errors({k: v for k, v in line.items() if k != lacking}))
