"""More errors of design and of work, each of which a sharp eye might have let pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.drivers.netconf import projection
from reconciler.drivers.netconf.openconfig import Port
from reconciler.drivers.xen.fence_file import HostMark
from reconciler.engine import view
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Present
from reconciler.planning import plan
from reconciler.resources.domain import Bridge, Domain
from reconciler.spec import compile as compiling
from reconciler.spec import linger
from reconciler.store import journal, resources, runs
from tests.simulation import process, world
from tests.simulation.call import Call
from tests.simulation.devices import edits, host, switch
from tests.simulation.planted.patches import Error, Patch, instead, nothing


def _unsaved(commit: Any) -> Any:
    def forgetful(self: Any, call: Any, session: Any, ports: Any, what: str) -> Any:
        startup = self.startup
        result = yield from commit(self, call, session, ports, what)
        self.startup = startup if what != "create" else self.startup
        return result

    return forgetful


def _unconfirmed(commit: Any) -> Any:
    def stopping(self: Any, call: Any, session: Any, ports: Any, what: str) -> Any:
        moments = commit(self, call, session, ports, what)
        for moment in moments:
            if moment == "switch.confirm":
                call.begun = False
                return
            yield moment

    return stopping


def _unlocked(lock: Any) -> Any:
    def bold(self: Any, session: Any) -> Any:
        yield "switch.lock-candidate"
        self._locks, self._trial = {}, None

    return bold


def _no_flock(serve: Any) -> Any:
    def free(self: Any, call: Any) -> Any:
        self._lock = None
        yield from ()
        return (yield from serve(self, call))

    return free


def _absent_when_silent(learn: Any) -> Any:
    def guessing(self: Any, ask: Any, answer: Any) -> None:
        if isinstance(answer, ReconcilerError):
            answer = {resource.address: Absent() for resource in ask.resources}
        learn(self, ask, answer)

    return guessing


def _forgets_unseen(gone: Any) -> Any:
    return lambda world: gone(world) | (world.recorded.keys() - world.desired.keys())


def _without_reservation(compile_: Any) -> Any:
    def thin(*args: Any) -> Any:
        return {
            address: replace(r, needs=frozenset(n for n in r.needs if n.kind != "reservation"))
            if isinstance(r.spec, (Bridge, Domain))
            else r
            for address, r in compile_(*args).items()
        }

    return thin


def _port_blind(busy: Any) -> Any:
    return lambda book, behind: busy(book, {})


def _never_unsure(end: Any) -> Any:
    def sure(outcome: Any, now: str) -> Any:
        return end(replace(outcome, unsure=False) if isinstance(outcome, Failed) else outcome, now)

    return sure


def _done_when_silent(fail: Any) -> Any:
    def hopeful(self: Any, error: Any, unsure: bool) -> None:
        if unsure and not self.asks:
            for address in list(self.left):
                self.settle(Done(address))
        fail(self, error, unsure)

    return hopeful


def _mac_by_name(derive: Any) -> Any:
    return lambda address: derive(address & 0xFFFF0000 | 1)


def _keeps_vlan(parked: Any) -> Any:
    def half(ports: Mapping[str, Port], change: Any, epoch: int) -> dict[str, Port]:
        now = parked(ports, change, epoch)
        left = {edge.port for edge in (change.before.ports if change.before else ())}
        left -= {edge.port for edge in (change.after.ports if change.after else ())}
        return {name: replace(ports[name], description="") if name in left else port for name, port in now.items()}

    return half


def _all_vlans(carrying: Any) -> Any:
    def listless(port: Port, had: Any, vlans: Any, parked: Any) -> Port:
        after = carrying(port, had, vlans, parked)
        return after if after.is_trunk else replace(port, entries=())

    return listless


def _declares_victory(destroy: Any) -> Any:
    def ending(self: Any) -> Any:
        yield from destroy(self)
        with self._world.durable.now.transaction() as db:
            db.execute("DELETE FROM resources WHERE experiment = ?", (self.experiment,))
        self.store.end(self.experiment)
        return process.End(converged=True)

    return ending


def _sends_first(carry_out: Any) -> Any:
    held: dict[int, Any] = {}

    def swapped(self: Any, effect: Any) -> Any:
        if type(effect).__name__ == "Issue":
            held[id(self)] = effect
            return
        yield from carry_out(self, effect)
        if type(effect).__name__ == "Send" and id(self) in held:
            yield from carry_out(self, held.pop(id(self)))

    return swapped


def _forgets_at_once(issue: Any) -> Any:
    def early(db: Any, run: str, steps: Any, now: str) -> None:
        issue(db, run, steps, now)
        resources.forget(db, [step.change.address for step in steps if step.change.after is None])

    return early


def _marks_without_owner(mark_of: Any) -> Any:
    return lambda port, owner: projection_mark(port)


def projection_mark(port: Port) -> Any:
    from reconciler.drivers.netconf.ownership import parse_mark

    return parse_mark(port.description)


def _barrier_leaves_no_mark(gate: Any) -> Any:
    def shy(self: Any, call: Any) -> None:
        if not call.asks:
            gate(self, call)

    return shy


def _all_run(guest: Any) -> Any:
    def cheerful(self: Any, wanted: Any, experiment: str) -> Any:
        seen = guest(self, wanted, experiment)
        return Present(replace(seen.spec, state="running")) if isinstance(seen, Present) else seen

    return cheerful


_S, _H = switch.Switch, host.Dom0
_CHECK = "differences"
OWN = (
    Error(
        "unsaved", "What was released on a switch is not saved", "switches restart", (Patch(_S, "_commit", _unsaved),)
    ),
    Error("unconfirmed", "A commit on trial is taken for done", "a life", (Patch(_S, "_commit", _unconfirmed),)),
    Error("no locks", "A switch is changed without its locks", "late and dead", (Patch(_S, "_lock", _unlocked),)),
    Error(
        "no flock",
        "A host is changed without its lock",
        "late and dead",
        (Patch(_H, "serve", _no_flock), Patch(HostMark, "judge", lambda before: lambda *a: "")),
    ),
    Error(
        "silence is absence",
        "A device that does not answer has nothing",
        "out of reach",
        (Patch(view.View, "learn", _absent_when_silent),),
    ),
    Error(
        "forgotten unseen",
        "What is not wanted is forgotten before it is observed gone",
        "deletions are refused",
        (Patch(plan, "_gone", _forgets_unseen),),
    ),
    Error(
        "chain cut",
        "Bridges and VMs do not need the reservation of their node",
        "deletions are refused",
        (Patch(world, "compile_experiment", _without_reservation),),
    ),
    Error(
        "ports not looked at",
        "A node is given back while its port is up",
        "a group shrinks while its node is down",
        (Patch(linger, "_busy_nodes", _port_blind),),
    ),
    Error(
        "a lost reply is a refusal",
        "What timed out is noted as not done",
        "late and dead",
        (Patch(journal, "_end", _never_unsure),),
    ),
    Error(
        "a lost reply is success",
        "What timed out is noted as done",
        "late and alive",
        (Patch(Call, "fail", _done_when_silent),),
    ),
    Error(
        "same MAC",
        "MACs follow from the network, not from the lease",
        "two stay",
        (Patch(compiling, "derive_mac", _mac_by_name),),
    ),
    Error(
        "half released",
        "A released port keeps its VLAN",
        "a life",
        (Patch(switch, "edited", _keeps_vlan), Patch(switch, _CHECK, instead(lambda *a: ()))),
    ),
    Error(
        "trunk without a list",
        "The last VLAN of a trunk goes, and the trunk carries all",
        "a network moves",
        (Patch(edits, "_carrying", _all_vlans), Patch(switch, _CHECK, instead(lambda *a: ()))),
    ),
    Error(
        "victory declared",
        "A destroy that got stuck counts as done",
        "deletions are refused",
        (Patch(process.Reconciler, "_destroy", _declares_victory),),
    ),
    Error(
        "send, then record",
        "The intent is written after the call",
        "crashes",
        (Patch(process.Reconciler, "_carry_out", _sends_first),),
    ),
    Error(
        "forgotten when asked",
        "A deletion is forgotten when it is sent",
        "deletions are refused",
        (Patch(journal, "issue", _forgets_at_once),),
    ),
    Error(
        "one epoch a run",
        "A run's own late call has the run's own epoch",
        "late and alive",
        (Patch(runs, "renew", instead(nothing)),),
    ),
    Error(
        "silent is dead",
        "A run that is silent for long counts as over",
        "paused for long",
        (Patch(runs.RunRow, "is_over", lambda before: lambda self, machine: True),),
    ),
    Error(
        "any owner's mark",
        "A mark of ours is one of anybody's",
        "two lives",
        (Patch(projection, "mark_of", _marks_without_owner),),
    ),
    Error(
        "barrier without a mark",
        "A barrier on a host leaves the old mark",
        "late and dead",
        (Patch(_H, "_pass_gate", _barrier_leaves_no_mark),),
    ),
    Error(
        "crashed counts as running",
        "The state of a VM is not looked at",
        "changed by hand",
        (Patch(_H, "_guest", _all_run),),
    ),
)
