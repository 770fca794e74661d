"""The Xen driver on the lab's node, over SSH."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from reconciler.drivers.host.driver import HostDriver
from reconciler.lab.host.host import LabHost
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.resource import Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from tests.contract.lab import HOST, Loop, lab_host
from tests.contract.subject import Fault
from tests.drivers.fence import FENCE
from tests.drivers.host.xen.simulator import LARGER, PLAIN

KINDS = {
    Fault.SILENT: "offline",
    Fault.LOST_REPLY: "drop-reply",
    Fault.GARBAGE: "garbage",
    Fault.PARTIAL: "partial-list",
}


def guest(spec: Domain, experiment: str = "exp") -> Resource[Any]:
    return Resource(Address("domain", experiment, "web-0"), HOST, spec)


class Host:
    endpoint = HOST
    resources = (
        Resource(Address("bridge", "exp", "x1.lille/lan"), HOST, Bridge("xbr701", "eth1", 701)),
        guest(LARGER),
    )
    changed = (guest(PLAIN),)
    faults = frozenset(KINDS)
    fenced = True
    keeps_released = False

    def __init__(self, loop: Loop, driver: HostDriver, host: LabHost) -> None:
        self._loop, self._driver, self._host = loop, driver, host

    def driver(self) -> HostDriver:
        """The connection is kept: to a host a second process is only another script."""
        return self._driver

    def snapshot(self) -> object:
        host = self._host
        return self._loop.call(
            lambda: (host.files.dump(), host.links.dump(), host.domains, host.xenstore.notes, host.boot_id)
        )

    def break_(self, fault: Fault) -> None:
        count = 1 if fault is Fault.LOST_REPLY else None
        self._loop.call(lambda: self._host.break_(KINDS[fault], count=count))

    def mend(self) -> None:
        self._loop.call(self._host.mend)

    def wait(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.05))

    def intrude(self) -> Resource[Any]:
        """A domain of our name that is not ours; on a bridge that somebody made."""
        bridge = self.resources[0]
        theirs = guest(replace(LARGER, uuid=f"{'f' * 8}{LARGER.uuid[8:]}"), "theirs")
        steps = [self._driver.plan(Change(each, None, each.spec)) for each in (bridge, theirs)]
        list(self._driver.apply(HOST, steps, FENCE))
        return self.resources[1]


@contextmanager
def host() -> Iterator[Host]:
    loop = Loop()
    try:
        with tempfile.TemporaryDirectory() as folder, lab_host(loop, Path(folder)) as (driver, made):
            yield Host(loop, driver, made)
    finally:
        loop.close()


SUBJECTS = {"lab-host": host}
