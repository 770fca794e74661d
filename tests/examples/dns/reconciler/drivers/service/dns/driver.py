"""Observe, plan and apply names, by three requests: `list`, `add NAME ADDRESS MARK` and `drop NAME MARK`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.resources.record import Record

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError, Refused, Rejected, Unreadable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource


class Asks(Protocol):
    def ask(self, requests: Sequence[str]) -> str: ...


@dataclass(frozen=True, slots=True)
class Request:
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class DnsDriver:
    """Kind ``record``; the endpoint's host is the site.  The mark of a name is its experiment and MAC."""

    servers: Mapping[str, Asks]

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Record]], fence: Fence
    ) -> Mapping[Address, Observed[Record]]:
        known = _parse(self._ask(endpoint, ["list"]))
        return {each.address: _find(known, each) for each in wanted}

    def plan(self, change: Change[Record]) -> Step[Request]:
        """A name that changes is dropped and added in one connection."""
        mark, requests = change.address.experiment, []
        if change.before is not None:
            requests.append(Request(f"drop {change.before.name} {mark}/{change.before.mac}"))
        if change.after is not None:
            after = change.after
            requests.append(Request(f"add {after.name} {after.address} {mark}/{after.mac}"))
        return Step(change, tuple(requests))

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Request]], fence: Fence) -> Iterator[Outcome]:
        for step in steps:
            address = step.change.address
            try:
                answers = self._ask(endpoint, [str(command) for command in step.commands]).splitlines()
                refused = [answer for answer in answers[:-1] if answer != "ok"]
                if refused or len(answers) != len(step.commands) + 1:
                    raise Rejected(f"{endpoint}: {'; '.join(refused) or 'an incomplete answer'}")
            except ReconcilerError as error:
                yield Failed(address, error, unsure=not isinstance(error, Rejected))
            else:
                yield Done(address)

    def _ask(self, endpoint: Endpoint, requests: Sequence[str]) -> str:
        if endpoint.host not in self.servers:
            raise Refused(f"no document names a name server at {endpoint.host}")
        answer = self.servers[endpoint.host].ask(requests)
        if not answer.endswith("end\n"):
            raise Unreadable(f"{endpoint}: an incomplete answer")
        return answer


def _parse(answer: str) -> Mapping[str, tuple[str, str]]:
    """Address and mark by name."""
    rows = [line.split() for line in answer.splitlines()[:-1]]
    if any(len(row) != 3 for row in rows):
        raise Unreadable("a line of the list is no name, address and mark")
    return {name: (address, mark) for name, address, mark in rows}


def _find(known: Mapping[str, tuple[str, str]], wanted: Resource[Record]) -> Observed[Record]:
    if wanted.spec.name not in known:
        return Absent()
    address, mark = known[wanted.spec.name]
    owner, _, mac = mark.partition("/")
    if owner != wanted.address.experiment:
        return Foreign(f"the name {wanted.spec.name} is {owner}'s")
    return Present(Record(wanted.spec.name, address, mac))
