"""A transaction on a switch without a candidate, in a dialect without XML: nothing here knows what an edit is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from reconciler.drivers.switch.capabilities import Capabilities
from reconciler.drivers.switch.device import Device, Port, PortType
from reconciler.drivers.switch.ownership import Owner, render_mark
from reconciler.drivers.switch.session import Store
from reconciler.drivers.switch.transaction import Transaction, TransactionProgress
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused, Rejected, Unreachable
from reconciler.model.resource import Present, Resource
from reconciler.resources.switch import EdgePort, SwitchSlice
from tests.drivers.fence import EARLIER, FENCE
from tests.drivers.switch.openconfig.simulator import tag
from tests.drivers.switch.test_capabilities import ALL_OF_IT

SLICE = SwitchSlice((EdgePort("e1", tag(1), access=701),), parked=100)
CHANGE = Change(Resource(Address("switch", "exp", "sw"), Endpoint("test", "sw.lille"), SLICE), None, SLICE)
OWNER = Owner("lille", "exp", FENCE.short_lineage)
BEFORE = Device({name: Port(name, access=100) for name in ("e1", "e2")}, {100: "", 701: ""})
RIGHT = {"e1": Port("e1", render_mark(tag(1), FENCE), access=701)}


@dataclass(frozen=True)
class Ports:
    """An edit: ports as they are to be."""

    ports: tuple[Port, ...]

    def __str__(self) -> str:
        return f"{len(self.ports)} ports"


class PortsDialect:
    capabilities: Capabilities = replace(ALL_OF_IT, candidate=False)

    def query(self) -> None:
        return None

    def parse(self, reply: Device) -> Device:
        return reply

    def render(self, before: SwitchSlice, after: SwitchSlice, parked: int | None) -> Ports:
        return Ports(tuple(Port(edge.port, edge.tag, access=edge.access or 1) for edge in after.ports))

    def stamp(self, edit: Ports | None, marks: Mapping[str, str]) -> Ports:
        ports = {port.name: port for port in edit.ports} if edit is not None else {}
        return Ports(tuple(replace(ports.get(n, Port(n, access=701)), description=m) for n, m in marks.items()))


def faithful(running: Device, edit: Ports) -> Device:
    return replace(running, ports={**running.ports, **{port.name: port for port in edit.ports}})


@dataclass
class LineByLine:
    """``does`` is what the switch makes of an edit."""

    running: Device = BEFORE
    does: Callable[[Device, Ports], Device] = faithful
    reverts: bool = True
    calls: list[str] = field(default_factory=list)
    alive: bool = True
    id: str = "1"
    locks: tuple[str, ...] = ("configuration",)
    _before: Device | None = None

    def lacks(self) -> tuple[str, ...]:
        return ()

    def lock(self, target: str) -> None:
        self.calls.append(f"lock {target}")

    def unlock(self, target: str) -> None:
        self.calls.append(f"unlock {target}")

    def kill(self, session_id: str) -> None:
        raise AssertionError("nobody is to be ended")

    def read(self, store: Store, query: None) -> Device:
        assert store is Store.RUNNING, "there is no candidate"
        return self.running

    def discard(self) -> None: ...

    def edit(self, edit: Ports) -> None:
        self.calls.append("edit")
        self.running = self.does(self.running, edit)

    def commit_on_trial(self, seconds: int) -> None:
        self.calls.append("trial")
        self._before = self.running

    def take_back(self) -> None:
        self.calls.append("take back")
        if self.reverts and self._before is not None:
            self.running = self._before

    def save(self) -> None:
        self.calls.append("save")

    def confirm(self) -> None:
        self.calls.append("confirm")

    def close(self) -> None:
        self.alive = False


def carry_out(switch: LineByLine, progress: TransactionProgress | None = None) -> object:
    dialect = PortsDialect()
    edit = dialect.render(SwitchSlice(), SLICE, 100)
    transaction = Transaction(switch, dialect, FENCE, (), progress or TransactionProgress())
    return transaction.carry_out(CHANGE, edit, OWNER)


def test_the_timer_runs_before_the_first_line_and_is_ended_after_what_was_read_back_is_saved() -> None:
    switch = LineByLine()
    assert carry_out(switch) == Present(SLICE)
    assert switch.running.ports == {**BEFORE.ports, **RIGHT}
    assert switch.calls == ["lock configuration", "trial", "edit", "save", "confirm", "unlock configuration"]


def test_a_line_that_is_refused_takes_those_before_it_back() -> None:
    def halfway(running: Device, edit: Ports) -> Device:
        switch.running = replace(running, ports={**running.ports, "e1": Port("e1", access=701)})
        raise Rejected("% Invalid input")

    switch, progress = LineByLine(does=halfway), TransactionProgress()
    with pytest.raises(Rejected, match="Invalid input"):
        carry_out(switch, progress)
    assert switch.running == BEFORE and progress.settled
    assert switch.calls[-2:] == ["take back", "unlock configuration"]


@pytest.mark.parametrize(
    ("does", "told"),
    [
        (lambda running, edit: running, "nothing of it is there"),
        (lambda running, edit: faithful(running, Ports((*edit.ports, Port("e2")))), "unrelated port e2 changed"),
        (lambda running, edit: replace(faithful(running, edit), vlans={701: ""}), "unrelated VLAN 100 changed"),
        (lambda running, edit: replace(faithful(running, edit), vlans={100: ""}), "VLAN 701 does not exist"),
    ],
)
def test_what_reads_back_wrong_is_taken_back(does: Callable[[Device, Ports], Device], told: str) -> None:
    switch = LineByLine(does=does)
    with pytest.raises(Rejected, match=told):
        carry_out(switch)
    assert switch.running == BEFORE and "confirm" not in switch.calls


def test_what_is_not_taken_back_although_the_switch_says_so_is_an_unknown_outcome() -> None:
    switch, progress = LineByLine(does=lambda running, edit: replace(running, vlans={}), reverts=False), None
    progress = TransactionProgress()
    with pytest.raises(Unreachable, match="is not as before"):
        carry_out(switch, progress)
    assert progress.edited and not progress.settled


def test_a_member_of_a_lag_is_not_configured() -> None:
    ports = {**BEFORE.ports, "e1": Port("e1", access=100, lag="lag1", type=PortType.ETHERNET)}
    switch = LineByLine(running=replace(BEFORE, ports=ports))
    with pytest.raises(Refused, match="e1 is a member of the LAG lag1"):
        carry_out(switch)
    assert "edit" not in switch.calls


def test_a_barrier_raises_older_marks_on_trial_as_well() -> None:
    older = Port("e1", render_mark(tag(1), EARLIER), access=701)
    switch = LineByLine(running=replace(BEFORE, ports={**BEFORE.ports, "e1": older}))
    transaction = Transaction(switch, PortsDialect(), FENCE, (), TransactionProgress())
    assert transaction.bar([OWNER]).ports == {**BEFORE.ports, **RIGHT}
    assert switch.calls[1:] == ["save", "trial", "edit", "save", "confirm", "unlock configuration"]
