"""One change of one switch: locked, read back before and after it counts, taken back when it is not what was meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from lxml import etree

from reconciler.drivers.switch.openconfig.edit import NetconfEdit
from reconciler.drivers.switch.openconfig.locking import locked, unlock
from reconciler.drivers.switch.openconfig.openconfig import INTERFACES, parse_ports
from reconciler.drivers.switch.openconfig.ownership import Owner, older_marks, refuse_if_overtaken
from reconciler.drivers.switch.openconfig.projection import Ports, project
from reconciler.drivers.switch.openconfig.session import NetconfSession
from reconciler.drivers.switch.openconfig.stamping import stamp
from reconciler.drivers.switch.openconfig.verify import differences, misplaced, slices
from reconciler.model.change import Change
from reconciler.model.errors import Outdated, Refused, Rejected, Unreachable
from reconciler.model.fence import Fence
from reconciler.model.resource import Absent, Foreign, Observed, Present
from reconciler.resources.switch import SwitchSlice

CONFIRM_S = 60
_NEEDED = (":candidate", ":confirmed-commit")

Check: TypeAlias = Callable[[Ports], tuple[str, ...]]
"""What is wrong with the ports as they are now; nothing when all is well."""


@dataclass(slots=True)
class TransactionProgress:
    """How far it got: ``edited`` once a change was sent, ``settled`` once nothing more can come of it."""

    edited: bool = False
    settled: bool = False


def read_ports(session: NetconfSession, source: str) -> Ports:
    """All interfaces of a datastore, in one get-config."""
    return parse_ports(session.get_config(source, etree.Element(f"{{{INTERFACES}}}interfaces")))


@dataclass(frozen=True, slots=True)
class Transaction:
    """``dead`` are the ids of our own sessions on this switch that were given up."""

    session: NetconfSession
    fence: Fence
    dead: Collection[str]
    progress: TransactionProgress

    def carry_out(self, change: Change[SwitchSlice], edit: NetconfEdit, owner: Owner) -> Observed[SwitchSlice]:
        """Make the edit with our epoch in every mark, and return what the running configuration says afterwards.

        Raises:
            Fenced: a mark of ours there is of an acquisition that is later, or not in our state database.
            Refused: a port is another owner's, or the server has no confirmed commit.
            Outdated: the ports are not as the change found them.
            Rejected: the switch refused, or did something else; it has been taken back.
            Locked, Unreachable, Unreadable: ``progress`` says whether it may have been done.
        """
        self._require_confirmed_commit(str(change.address))
        with locked(self.session, self.dead) as held:
            self.session.discard()
            was = read_ports(self.session, "running")
            refuse_if_overtaken(was, owner, self.fence)
            found = project(was, slices(change), owner)
            if isinstance(found, Foreign):
                raise Refused(f"{change.address}: {found.reason}; nothing was changed")
            if found not in (_state(change.before), _state(change.after)):
                raise Outdated(f"{change.address}: no longer as it was when this was planned; nothing was changed")
            config = stamp(edit, older_marks(was, owner, self.fence.epoch), self.fence)
            check = partial(differences, change, owner, self.fence.epoch, was)
            now = self._edit(str(change.address), config, was, check, held)
            return project(now, slices(change), owner)

    def bar(self, owners: Iterable[Owner]) -> Ports:
        """See to it that no earlier call lands any more, and raise our older marks; returns the ports as they are then.

        What the switch would start up with is then what runs.

        Raises:
            Fenced: a mark of ours there is of an acquisition that is later, or not in our state database.
            Locked: another session is at work there.
        """
        with locked(self.session, self.dead) as held:
            self.session.discard()
            ports = read_ports(self.session, "running")
            if self.session.supports(":startup"):  # a trial may have been saved before it was rolled back
                self.session.copy("running", "startup")
            for owner in sorted(set(owners)):
                refuse_if_overtaken(ports, owner, self.fence)
                older = older_marks(ports, owner, self.fence.epoch)
                if older:
                    self._require_confirmed_commit(f"marks of {owner[1]}")
                    config = stamp(None, older, self.fence)
                    check = partial(misplaced, frozenset(), owner, self.fence.epoch, ports)
                    ports = self._edit(f"marks of {owner[1]}", config, ports, check, held)
            return ports

    def _require_confirmed_commit(self, what: str) -> None:
        missing = [capability for capability in _NEEDED if not self.session.supports(capability)]
        if missing:
            raise Refused(f"{what}: the switch lacks {', '.join(missing)}: a faulty edit could not be taken back")

    def _edit(self, what: str, config: etree._Element, was: Ports, check: Check, held: list[str]) -> Ports:
        self.progress.edited, self.progress.settled = True, False
        try:
            self.session.edit(config)
            wrong = check(read_ports(self.session, "candidate"))
            if wrong:
                raise Rejected(f"{what}: the candidate is not what was asked for, and was discarded: {_some(wrong)}")
        except Rejected:
            self.session.discard()
            self.progress.settled = True
            raise
        now = self._commit(what, was, check, held)
        self.progress.settled = True
        return now

    def _commit(self, what: str, was: Ports, check: Check, held: list[str]) -> Ports:
        """Commit on trial, look, save, confirm.  Saved before it is confirmed: what cannot be saved is taken back."""
        session = self.session
        try:
            session.commit(confirm_s=CONFIRM_S)
        except Rejected:
            session.discard()
            self.progress.settled = read_ports(session, "running") == was
            raise
        try:
            now = read_ports(session, "running")
            wrong = check(now)
            if wrong:
                raise Rejected(f"{what}: running is not what was asked for, and was taken back: {_some(wrong)}")
            if session.supports(":startup"):
                session.copy("running", "startup")
        except (Rejected, Refused):
            self._take_back(was, held)
            self.progress.settled = True
            raise
        session.commit()
        return now

    def _take_back(self, was: Ports, held: list[str]) -> None:
        """Undo the commit on trial, and see that it is undone.

        Running is unlocked first: some servers (netconfd 2.13) cannot restore it under a lock, even its holder's, and
        answer OK all the same.  While a commit is on trial nobody else can lock running, so nobody comes between.
        """
        held.remove("running")
        unlock(self.session, "running")
        self.session.cancel_commit()
        if read_ports(self.session, "running") != was:
            raise Unreachable(
                "the switch answered that the commit was cancelled, but its configuration is not as before"
            )


def _state(spec: SwitchSlice | None) -> Observed[SwitchSlice]:
    return Absent() if spec is None else Present(spec)


def _some(wrong: tuple[str, ...]) -> str:
    rest = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return "; ".join(wrong[:3]) + rest
