"""One change of one switch: locked, read back before and after it counts, taken back when it is not what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from reconciler.drivers.netconf.edit import NetconfEdit
from reconciler.drivers.netconf.openconfig import INTERFACES, parse_ports
from reconciler.drivers.netconf.projection import Ports, project
from reconciler.drivers.netconf.session import Session
from reconciler.drivers.netconf.verify import differences, slices
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError, Refused, Rejected, Unreachable
from reconciler.model.resource import Foreign, Observed
from reconciler.resources.switch_slice import SwitchSlice

CONFIRM_S = 60
_NEEDED = (":candidate", ":confirmed-commit")


@dataclass(slots=True)
class Progress:
    """How far it got: ``edited`` once a change was sent, ``settled`` once nothing more can come of it."""

    edited: bool = False
    settled: bool = False


def read_ports(session: Session, source: str) -> Ports:
    """All interfaces of a datastore, in one get-config."""
    return parse_ports(session.get_config(source, etree.Element(f"{{{INTERFACES}}}interfaces")))


@contextmanager
def locked(session: Session) -> Iterator[list[str]]:
    """Hold candidate and running; yields what is held.  To have them proves that no earlier session can still act.

    Raises:
        Locked: another session has one of them; it is left alone, whoever it is.
    """
    held: list[str] = []
    try:
        for target in ("candidate", "running"):
            session.lock(target)
            held.append(target)
        yield held
    finally:
        while held:
            _unlock(session, held.pop())


def _unlock(session: Session, target: str) -> None:
    """A session that is gone holds no lock; one that cannot give it back is ended."""
    if not session.alive:
        return
    try:
        session.unlock(target)
    except ReconcilerError:
        session.close()


def carry_out(
    session: Session, change: Change[SwitchSlice], edit: NetconfEdit, progress: Progress
) -> Observed[SwitchSlice]:
    """Make the edit, and return what the running configuration says afterwards.

    Raises:
        Refused: a port is another owner's, or the server has no confirmed commit.
        Rejected: the switch refused, or did something else; it has been taken back.
        Locked, Unreachable, Unreadable: ``progress`` says whether it may have been done.
    """
    missing = [capability for capability in _NEEDED if not session.supports(capability)]
    if missing:
        raise Refused(f"{change.address}: the switch lacks {', '.join(missing)}: a faulty edit could not be taken back")
    with locked(session) as held:
        session.discard()
        was = read_ports(session, "running")
        owner = project(was, slices(change))
        if isinstance(owner, Foreign):
            raise Refused(f"{change.address}: {owner.reason}; nothing was changed")
        progress.edited = True
        try:
            _prepare(session, change, edit, was)
        except Rejected:
            session.discard()
            progress.settled = True
            raise
        now = _commit(session, change, was, progress, held)
        progress.settled = True
        return project(now, slices(change))


def _prepare(session: Session, change: Change[SwitchSlice], edit: NetconfEdit, was: Ports) -> None:
    session.edit(edit.element())
    wrong = differences(change, was, read_ports(session, "candidate"))
    if wrong:
        raise Rejected(f"{change.address}: the candidate is not what was asked for, and was discarded: {_some(wrong)}")


def _commit(session: Session, change: Change[SwitchSlice], was: Ports, progress: Progress, held: list[str]) -> Ports:
    """Commit on trial, look, save, confirm.  Saved before it is confirmed: what could not be saved is taken back."""
    try:
        session.commit(confirm_s=CONFIRM_S)
    except Rejected:
        session.discard()
        progress.settled = read_ports(session, "running") == was
        raise
    try:
        now = read_ports(session, "running")
        wrong = differences(change, was, now)
        if wrong:
            raise Rejected(f"{change.address}: running is not what was asked for, and was taken back: {_some(wrong)}")
        if session.supports(":startup"):
            session.copy("running", "startup")
    except (Rejected, Refused):
        _take_back(session, was, held)
        progress.settled = True
        raise
    session.commit()
    return now


def _take_back(session: Session, was: Ports, held: list[str]) -> None:
    """Undo the commit on trial, and see that it is undone.

    Running is unlocked first: some servers (netconfd 2.13) cannot restore it under a lock, even its holder's, and
    answer OK all the same.  While a commit is on trial nobody else can lock running, so nobody comes between.
    """
    held.remove("running")
    _unlock(session, "running")
    session.cancel_commit()
    if read_ports(session, "running") != was:
        raise Unreachable("the switch answered that the commit was cancelled, but its configuration is not as before")


def _some(wrong: tuple[str, ...]) -> str:
    rest = f"; and {len(wrong) - 3} more" if len(wrong) > 3 else ""
    return "; ".join(wrong[:3]) + rest


def prove_settled(session: Session) -> None:
    """A barrier before reading: raises Locked while an earlier session may still be at work.  Changes nothing."""
    with locked(session):
        pass
