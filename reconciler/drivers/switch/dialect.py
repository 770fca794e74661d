"""What a member of this family provides: one language for a switch's configuration.  Pure functions, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from reconciler.drivers.switch.capabilities import Capabilities
from reconciler.drivers.switch.device import Device
from reconciler.model.plan import Command
from reconciler.resources.switch import SwitchSlice

Q = TypeVar("Q", covariant=True)
R = TypeVar("R", contravariant=True)
E = TypeVar("E", bound=Command)


class Dialect(Protocol[Q, R, E]):
    """``E`` is an edit: a frozen value whose ``str()`` is what is sent.  ``Q`` and ``R`` are as its sessions have them.

    ``E`` may be lines of a command line, ``Q`` the commands that show a configuration, ``R`` what they print.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    def query(self) -> Q:
        """What to ask, once, for the configuration of all ports."""
        ...

    def parse(self, reply: R) -> Device:
        """Raises Unreadable for anything the language does not allow; nothing is concluded from the rest."""
        ...

    def render(self, before: SwitchSlice, after: SwitchSlice, parked: int | None) -> E | None:
        """The edit that leads from ``before`` (as observed) to ``after``; None when nothing of it shows on a switch.

        Marks are without an epoch in it.  A port that is left goes to the VLAN ``parked``, or is unconfigured; at no
        moment is a port up in a VLAN that is not right, or a shared trunk without a list of ids.
        """
        ...

    def stamp(self, edit: E | None, marks: Mapping[str, str]) -> E:
        """The edit as it is sent: these descriptions, by port, in place of the marks in it and added to it."""
        ...
