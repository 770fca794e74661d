"""More errors of design and of work, each of which a sharp eye might have let pass."""

from __future__ import annotations

from reconciler.allocation import deferred_release
from reconciler.compile import guests
from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.switch import projection
from reconciler.engine import view
from reconciler.model.fence import Acquisitions
from reconciler.planning import plan
from reconciler.store import journal, runs
from tests.simulation import choices, process
from tests.simulation.call import Call
from tests.simulation.devices import answers, edits, host, switch
from tests.simulation.planted import wrongs
from tests.simulation.planted.patches import Error, Patch, instead, nothing

_S, _H = switch.Switch, host.Dom0
_CHECK = "differences"
OWN = (
    Error(
        "unsaved",
        "What was released on a switch is not saved",
        "switches restart",
        (Patch(_S, "_commit", wrongs.unsaved),),
    ),
    Error(
        "unconfirmed", "A commit on trial is taken for done", "it stays", (Patch(_S, "_commit", wrongs.unconfirmed),)
    ),
    Error("no locks", "A switch is changed without its locks", "late and dead", (Patch(_S, "_lock", wrongs.unlocked),)),
    Error(
        "no flock",
        "A host is changed without its lock",
        "late and dead",
        (Patch(_H, "serve", wrongs.no_flock), Patch(HostMark, "judge", lambda before: lambda *a: "")),
    ),
    Error(
        "silence is absence",
        "A device that does not answer has nothing",
        "out of reach",
        (Patch(view.View, "learn", wrongs.absent_when_silent),),
    ),
    Error(
        "forgotten unseen",
        "What is not wanted is forgotten before it is observed gone",
        "deletions are refused",
        (Patch(plan, "_gone", wrongs.forgets_unseen),),
    ),
    Error(
        "chain cut",
        "Bridges and VMs do not need the reservation of their node",
        "deletions are refused",
        (Patch(choices, "compile_experiment", wrongs.without_reservation),),
    ),
    Error(
        "ports not looked at",
        "A node is given back while its port is up",
        "a group shrinks while its node is down",
        (Patch(deferred_release, "_busy_nodes", wrongs.port_blind),),
    ),
    Error(
        "a lost reply is success",
        "What timed out is noted as done",
        "late and alive",
        (Patch(Call, "fail", wrongs.done_when_silent),),
    ),
    Error(
        "same MAC",
        "MACs follow from the network, not from the lease",
        "two stay",
        (Patch(guests, "derive_mac", wrongs.mac_by_name),),
    ),
    Error(
        "half released",
        "A released port keeps its VLAN",
        "a life",
        (Patch(switch, "edited", wrongs.keeps_vlan), Patch(switch, _CHECK, instead(lambda *a: ()))),
    ),
    Error(
        "trunk without a list",
        "The last VLAN of a trunk goes, and the trunk carries all",
        "a network moves",
        (Patch(edits, "_carrying", wrongs.all_vlans), Patch(switch, _CHECK, instead(lambda *a: ()))),
    ),
    Error(
        "victory declared",
        "A destroy that got stuck counts as done",
        "deletions are refused",
        (Patch(process.Reconciler, "_destroy", wrongs.declares_victory),),
    ),
    Error(
        "send, then record",
        "The intent is written after the call",
        "crashes",
        (Patch(process.Reconciler, "_carry_out", wrongs.sends_first),),
    ),
    Error(
        "forgotten when asked",
        "A deletion is forgotten when it is sent",
        "deletions are refused",
        (Patch(journal, "issue", wrongs.forgets_at_once),),
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
        (Patch(projection, "mark_of", wrongs.marks_without_owner),),
    ),
    Error(
        "barrier without a mark",
        "A barrier on a host leaves the old mark",
        "late and dead",
        (Patch(_H, "_pass_gate", wrongs.barrier_leaves_no_mark),),
    ),
    Error(
        "any epoch below",
        "A database that was put back takes every lower epoch for one of its own",
        "a copy put back",
        (Patch(Acquisitions, "has", lambda before: lambda *a: True),),
    ),
    Error(
        "crashed counts as running",
        "The state of a VM is not looked at",
        "changed by hand",
        (Patch(answers, "_guest", wrongs.all_run),),
    ),
)
