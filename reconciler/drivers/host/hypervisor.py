"""What a hypervisor has to tell of its language; everything else about its hosts is the family's.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from re import Pattern
from typing import Protocol

from reconciler.drivers.host.script import Section
from reconciler.model.plan import Command
from reconciler.resources.domain import Domain


class Live(StrEnum):
    """What may be changed while a guest runs; what a hypervisor does not list takes a restart.

    ``NICS``: any goes and new ones come last, so that those that stay keep their order.
    """

    RENAME = "rename"
    GROW = "grow"
    SHRINK = "shrink"
    NICS = "nics"


@dataclass(frozen=True, slots=True)
class Listing:
    """All guests of a host, and no part of the host itself.

    ``zombies`` (by uuid) are ending, and still hold their disks and NICs.  ``marks`` are by uuid; some may lack one.
    """

    domains: tuple[Domain, ...]
    zombies: frozenset[str] = frozenset()
    marks: Mapping[str, str] = field(default_factory=dict)


class Hypervisor(Protocol):
    """One toolstack: text to domains, changes of domains to commands.  No method does I/O.

    A command acts on a domain only while the one of that name has its uuid, and tells in its output what went wrong.
    """

    @property
    def name(self) -> str:
        """As people call it, for messages."""
        ...

    @property
    def modes(self) -> Collection[str]:
        """Kinds of guest (``Domain.mode``) that it can make."""
        ...

    @property
    def live(self) -> frozenset[Live]: ...

    @property
    def noise(self) -> Sequence[str]:
        """How lines begin that its tool prints whether it succeeds or fails."""
        ...

    @property
    def guest_ports(self) -> Pattern[str]:
        """Names of the interfaces in a bridge that lead to guests; any other is taken out of a bridge of ours."""
        ...

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Name and command of each part of the question about all domains; the commands change nothing."""
        ...

    def parse(self, answers: Mapping[str, Section]) -> Listing:
        """Read the answers to ``sections``, whole.  ``base_disk`` is left empty: no host can tell it.

        Raises:
            ValueError: a part failed, is incomplete, or is not what the tool prints; then nothing is known.
        """
        ...

    def create(self, domain: Domain, mark: str, *, keeps_disk: bool = False) -> Command:
        """Make it, with its own disk copied from its base unless it ``keeps_disk``; it runs only once it is marked.

        Where a domain of this name is there already, no disk is touched, and the script ends with ``script.APPEARED``.
        """
        ...

    def destroy(self, domain: Domain, disk: str = "") -> Command:
        """End it, whatever state it is in, and then remove ``disk`` if it is gone; also that of one gone already."""
        ...

    def update(self, before: Domain, after: Domain, mark: str) -> Sequence[Command]:
        """Change it while it runs: only what ``live`` lists differs; one that is paused is marked, and goes on."""
        ...

    def with_epoch(self, command: Command, epoch: int) -> Command:
        """The command as it is sent: marks are shown without the epoch of the run that will send them."""
        ...
