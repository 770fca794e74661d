"""One change of one switch: locked, read back before and after it counts, taken back when it is not what was meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from reconciler.drivers.switch.device import Device
from reconciler.drivers.switch.dialect import Dialect
from reconciler.drivers.switch.locking import locked
from reconciler.drivers.switch.ownership import Owner, older_marks, refuse_if_overtaken, render_mark
from reconciler.drivers.switch.projection import project
from reconciler.drivers.switch.session import Session, Store
from reconciler.drivers.switch.stamping import marks_of, refuse_if_cut
from reconciler.drivers.switch.verification import differences, misplaced, slices
from reconciler.model.change import Change
from reconciler.model.errors import Outdated, Refused, Rejected, Unreachable
from reconciler.model.fence import Fence
from reconciler.model.plan import Command
from reconciler.model.resource import Absent, Foreign, Observed, Present
from reconciler.resources.switch import SwitchSlice

Q = TypeVar("Q")
R = TypeVar("R")
E = TypeVar("E", bound=Command)

CONFIRM_S = 60

Check: TypeAlias = Callable[[Device], tuple[str, ...]]
"""What is wrong with the device as it is now; nothing when all is well."""


@dataclass(slots=True)
class TransactionProgress:
    """How far it got: ``edited`` once a change was sent, ``settled`` once nothing more can come of it."""

    edited: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Transaction(Generic[Q, R, E]):
    """``dead`` are the ids of our own sessions on this switch that were given up."""

    session: Session[Q, R, E]
    dialect: Dialect[Q, R, E]
    fence: Fence
    dead: Collection[str]
    progress: TransactionProgress

    def read(self, store: Store = Store.RUNNING) -> Device:
        """All ports of a datastore, in one request."""
        return self.dialect.parse(self.session.read(store, self.dialect.query()))

    def carry_out(self, change: Change[SwitchSlice], edit: E, owner: Owner) -> Observed[SwitchSlice]:
        """Make the edit with our epoch in every mark, and return what the running configuration says afterwards.

        Raises:
            Fenced: a mark of ours there is of an acquisition that is later, or not in our state database.
            Refused: a port is another owner's, or no edit can be taken back on this switch.
            Outdated: the ports are not as the change found them.
            Rejected: the switch refused, or did something else; it has been taken back.
            Locked, Unreachable, Unreadable: ``progress`` says whether it may have been done.
        """
        what = str(change.address)
        self._require_confirmed_commit(what)
        with locked(self.session, self.dead):
            self.session.discard()
            was = self.read()
            refuse_if_overtaken(was.ports, owner, self.fence)
            self._refuse_if_changed(change, was, owner)
            stamped = self._stamp(what, edit, marks_of(change, self._older(was, owner), self.fence))
            check = partial(differences, change, owner, self.fence.epoch, was)
            return self._project(self._edit(what, stamped, was, check), change, owner)

    def bar(self, owners: Iterable[Owner]) -> Device:
        """See to it that no earlier call lands any more, and raise our older marks; returns the device as it is then.

        What the switch would start up with is then what runs.

        Raises:
            Fenced: a mark of ours there is of an acquisition that is later, or not in our state database.
            Locked: another session is at work there.
        """
        with locked(self.session, self.dead):
            self.session.discard()
            device = self.read()
            self.session.save()  # a trial may have been saved before it was rolled back
            for owner in sorted(set(owners)):
                refuse_if_overtaken(device.ports, owner, self.fence)
                older = {port: self._mark(tag) for port, tag in self._older(device, owner).items()}
                if older:
                    what = f"marks of {owner.experiment}"
                    self._require_confirmed_commit(what)
                    check = partial(misplaced, frozenset(), owner, self.fence.epoch, device)
                    device = self._edit(what, self._stamp(what, None, older), device, check)
            return device

    def _older(self, device: Device, owner: Owner) -> dict[str, str]:
        return older_marks(device.ports, owner, self.fence.epoch)

    def _mark(self, tag: str) -> str:
        return render_mark(tag, self.fence)

    def _stamp(self, what: str, edit: E | None, marks: dict[str, str]) -> E:
        refuse_if_cut(what, marks, self.dialect.capabilities.description_length)
        return self.dialect.stamp(edit, marks)

    def _project(self, device: Device, change: Change[SwitchSlice], owner: Owner) -> Observed[SwitchSlice]:
        return project(device.ports, slices(change), owner, self.dialect.capabilities.port_types)

    def _refuse_if_changed(self, change: Change[SwitchSlice], was: Device, owner: Owner) -> None:
        found = self._project(was, change, owner)
        if isinstance(found, Foreign):
            raise Refused(f"{change.address}: {found.reason}; nothing was changed")
        if found not in (_state(change.before), _state(change.after)):
            raise Outdated(f"{change.address}: no longer as it was when this was planned; nothing was changed")

    def _require_confirmed_commit(self, what: str) -> None:
        missing = self.session.lacks()
        if missing:
            raise Refused(f"{what}: the switch lacks {', '.join(missing)}: a faulty edit could not be taken back")

    def _edit(self, what: str, edit: E, was: Device, check: Check) -> Device:
        """Run on trial, look, save, confirm.  Saved before it is confirmed: what cannot be saved is taken back."""
        self.progress.edited, self.progress.settled = True, False
        if self.dialect.capabilities.candidate:
            self._draft(what, edit, check)
            self._commit_on_trial(was)
        else:
            self._edit_on_trial(edit, was)
        try:
            now = self.read()
            wrong = check(now)
            if wrong:
                raise Rejected(f"{what}: running is not what was asked for, and was taken back: {_some(wrong)}")
            self.session.save()
        except (Rejected, Refused):
            self._take_back(was)
            raise
        self.session.confirm()
        self.progress.settled = True
        return now

    def _draft(self, what: str, edit: E, check: Check) -> None:
        try:
            self.session.edit(edit)
            wrong = check(self.read(Store.CANDIDATE))
            if wrong:
                raise Rejected(f"{what}: the candidate is not what was asked for, and was discarded: {_some(wrong)}")
        except Rejected:
            self.session.discard()
            self.progress.settled = True
            raise

    def _commit_on_trial(self, was: Device) -> None:
        try:
            self.session.commit_on_trial(CONFIRM_S)
        except Rejected:
            self.session.discard()
            self.progress.settled = self.read() == was
            raise

    def _edit_on_trial(self, edit: E, was: Device) -> None:
        """Without a candidate every line counts as it is sent: those before the one that is refused go back, too."""
        try:
            self.session.commit_on_trial(CONFIRM_S)
        except Rejected:
            self.progress.settled = True
            raise
        try:
            self.session.edit(edit)
        except Rejected:
            self._take_back(was)
            raise

    def _take_back(self, was: Device) -> None:
        """Undo the commit on trial, and see that it is undone."""
        self.session.take_back()
        if self.read() != was:
            raise Unreachable(
                "the switch answered that the commit was cancelled, but its configuration is not as before"
            )
        self.progress.settled = True


def _state(spec: SwitchSlice | None) -> Observed[SwitchSlice]:
    return Absent() if spec is None else Present(spec)


def _some(wrong: tuple[str, ...]) -> str:
    rest = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return "; ".join(wrong[:3]) + rest
