"""What the program lends to drivers: connections to devices, the state database, a clock, and a way to wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from reconciler.model.secret import Secret
from reconciler.transport.contact import Contacts

if TYPE_CHECKING:
    from reconciler.transport.netconf import NetconfPool
    from reconciler.transport.ssh import SshPool


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service of a site answers; ``password`` is read when it is sent, and ``options`` are its driver's own."""

    url: str
    user: str = ""
    password: Callable[[], Secret] | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Connections:
    """``hosts`` and ``switches`` are by endpoint host; ``services`` by driver, then by endpoint host (a site).

    A pool is opened once a driver asks for it, and is shared by all that do.  ``clock`` is monotonic, and infinite once
    the run is asked to stop; ``pause`` returns early then.  ``ledger`` is the allocations' part of the state database.
    """

    hosts: Contacts
    switches: Contacts
    services: Mapping[str, Mapping[str, Service]]
    ledger: object
    clock: Callable[[], float]
    pause: Callable[[float], None]
    closers: list[Callable[[], None]] = field(default_factory=list)

    @cached_property
    def ssh(self) -> SshPool:
        from reconciler.transport.ssh import SshPool

        pool = SshPool(self.hosts)
        self.closers.append(pool.close)
        return pool

    @cached_property
    def netconf(self) -> NetconfPool:
        from reconciler.transport.netconf import NetconfPool

        pool = NetconfPool(self.switches)
        self.closers.append(pool.close)
        return pool
