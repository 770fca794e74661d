"""What our own errors put in the place of what is right: each is given that, and returns the wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.allocation.allocator import Granted
from reconciler.allocation.nodes import choose_nodes
from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.vlans import ALL
from reconciler.model.desired import Pending
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Done
from reconciler.model.resource import Absent, Present
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.store import resources
from tests.simulation import process


def unsaved(commit: Any) -> Any:
    def forgetful(self: Any, call: Any, session: Any, ports: Any, what: str) -> Any:
        startup = self.startup
        result = yield from commit(self, call, session, ports, what)
        self.startup = startup if what != "create" else self.startup
        return result

    return forgetful


def unconfirmed(commit: Any) -> Any:
    def stopping(self: Any, call: Any, session: Any, ports: Any, what: str) -> Any:
        moments = commit(self, call, session, ports, what)
        for moment in moments:
            if moment == "switch.confirm":
                call.begun = False
                return
            yield moment

    return stopping


def unlocked(lock: Any) -> Any:
    def bold(self: Any, call: Any, session: Any) -> Any:
        yield "switch.lock-candidate"
        self._locks, self._trial = {}, None

    return bold


def no_flock(serve: Any) -> Any:
    def free(self: Any, call: Any) -> Any:
        self._lock = None
        yield from ()
        return (yield from serve(self, call))

    return free


def absent_when_silent(learn: Any) -> Any:
    def guessing(self: Any, ask: Any, answer: Any) -> None:
        if isinstance(answer, ReconcilerError):
            answer = {resource.address: Absent() for resource in ask.resources}
        learn(self, ask, answer)

    return guessing


def forgets_unseen(gone: Any) -> Any:
    return lambda world: gone(world) | (world.recorded.keys() - world.desired.keys())


def without_reservation(compile_: Any) -> Any:
    def thin(*args: Any) -> Any:
        desired = compile_(*args)
        resources = {
            address: replace(r, needs=frozenset(n for n in r.needs if n.kind != "reservation"))
            if isinstance(r.spec, (Bridge, Domain))
            else r
            for address, r in desired.resources.items()
        }
        return replace(desired, resources=resources)

    return thin


def port_blind(busy: Any) -> Any:
    return lambda allocations, behind: busy(allocations, {})


def done_when_silent(fail: Any) -> Any:
    def hopeful(self: Any, error: Any, unsure: bool) -> None:
        if unsure and not self.asks:
            for address in list(self.left):
                self.settle(Done(address))
        fail(self, error, unsure)

    return hopeful


def mac_by_name(derive: Any) -> Any:
    return lambda address: derive(address & 0xFFFF0000 | 1)


def keeps_vlan(parked: Any) -> Any:
    def half(ports: Mapping[str, Port], change: Any, epoch: int) -> dict[str, Port]:
        now = parked(ports, change, epoch)
        left = {edge.port for edge in (change.before.ports if change.before else ())}
        left -= {edge.port for edge in (change.after.ports if change.after else ())}
        return {name: replace(ports[name], description="") if name in left else port for name, port in now.items()}

    return half


def all_vlans(carrying: Any) -> Any:
    def listless(port: Port, had: Any, vlans: Any, parked: Any) -> Port:
        after = carrying(port, had, vlans, parked)
        return after if after.is_trunk else replace(port, entries=ALL)

    return listless


def declares_victory(destroy: Any) -> Any:
    def ending(self: Any) -> Any:
        yield from destroy(self)
        with self._world.durable.now.transaction() as db:
            db.execute("DELETE FROM resources WHERE experiment = ?", (self.experiment,))
        self.store.end(self.experiment)
        return process.End(converged=True)

    return ending


def sends_first(carry_out: Any) -> Any:
    held: dict[int, Any] = {}

    def swapped(self: Any, effect: Any) -> Any:
        if type(effect).__name__ == "Issue":
            held[id(self)] = effect
            return
        yield from carry_out(self, effect)
        if type(effect).__name__ == "Send" and id(self) in held:
            yield from carry_out(self, held.pop(id(self)))

    return swapped


def forgets_at_once(issue: Any) -> Any:
    def early(db: Any, run: str, steps: Any, now: str) -> None:
        issue(db, run, steps, now)
        resources.forget(db, [step.change.address for step in steps if step.change.after is None])

    return early


def marks_without_owner(mark_of: Any) -> Any:
    return lambda port, owner: projection_mark(port)


def projection_mark(port: Port) -> Any:
    from reconciler.drivers.switch.ownership import parse_mark

    return parse_mark(port.description)


def barrier_leaves_no_mark(gate: Any) -> Any:
    def shy(self: Any, call: Any) -> None:
        if not call.asks:
            gate(self, call)

    return shy


def all_run(guest: Any) -> Any:
    def cheerful(self: Any, wanted: Any, experiment: str) -> Any:
        seen = guest(self, wanted, experiment)
        return Present(replace(seen.spec, state="running")) if isinstance(seen, Present) else seen

    return cheerful


def any_life(init: Any) -> Any:
    def careless(self: Any, *args: Any) -> None:
        init(self, *args[:6])

    return careless


def asks_again(start: Any) -> Any:
    def impatient(self: Any, session: Any, run: Any, runs: Any) -> Any:
        yield from start(self, session, run, runs)
        if run in runs and not run.wid:
            runs.remove(run)
            yield from start(self, session, run, runs)

    return impatient


def takes_busy(init: Any) -> Any:
    def accepting(self: Any, *args: Any) -> None:
        init(self, *args)
        self.refuses_busy = False

    return accepting


def forgets_the_rest(split: Any) -> Any:
    def thin(kind: str, experiment: str, answers: Any, pending: Any) -> Any:
        whole = {p: replace(a, rest=None) if isinstance(a, Granted) else a for p, a in answers.items()}
        return split(kind, experiment, whole, pending)

    return thin


def guesses(allocators: Any) -> Any:
    """It says that the scheduler has yet to choose, and goes on all the same with what looks free."""

    def nodes(experiment: Any, catalogue: Any, allocations: Any) -> Any:
        said, free = (choose(experiment, catalogue, allocations) for choose in (allocators.nodes, choose_nodes))
        return {p: Granted(free[p].items, rest=a) if isinstance(a, Pending) else a for p, a in said.items()}

    return replace(allocators, nodes=nodes)
