"""The Kadeploy driver on the lab's deployer, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.deployment import Deployment
from tests.contract.lab import NODE, SITE, Loop, lab_deployer
from tests.contract.subject import Fault

KINDS = {Fault.SILENT: "offline", Fault.GARBAGE: "garbage"}


def image(name: str) -> Resource[Any]:
    return Resource(Address("deployment", "exp", "chicon-1.lille"), SITE, Deployment(NODE, name, 1, "root"))


class Deployer:
    endpoint = SITE
    resources = (image("debian-xen"),)
    changed = (image("debian-min"),)
    fenced = False
    keeps_released = True
    faults = frozenset(KINDS)

    def __init__(self, loop: Loop, driver: KadeployDriver, deployer: LabDeployer) -> None:
        self._loop, self._driver, self._deployer = loop, driver, deployer

    def driver(self) -> KadeployDriver:
        return replace(self._driver)

    def snapshot(self) -> object:
        """But for when: who makes the same image anew has changed nothing that lasts."""
        records = self._loop.call(lambda: dict(self._deployer.nodes.records))
        return [(name, record.state, record.user, record.environment) for name, record in sorted(records.items())]

    def break_(self, fault: Fault) -> None:
        self._loop.call(lambda: self._deployer.break_(KINDS[fault]))

    def mend(self) -> None:
        self._loop.call(self._deployer.mend)

    def wait(self, seconds: float) -> None:
        time.sleep(min(seconds, 0.05))

    def intrude(self) -> None:
        return None


@contextmanager
def deployer() -> Iterator[Deployer]:
    loop = Loop()
    try:
        with lab_deployer(loop) as (driver, made):
            yield Deployer(loop, driver, made)
    finally:
        loop.close()


SUBJECTS = {"lab-deployer": deployer}
