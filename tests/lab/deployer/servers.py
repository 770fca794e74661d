"""A deployer behind its REST server, a client, and a clock whose runner the test turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from reconciler.lab.deployer.automaton import DUMMY
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.environment import make_environment
from reconciler.lab.deployer.server import serve

LILLE = {
    "chinqchint": tuple(f"chinqchint-{number}.lille.grid5000.fr" for number in (1, 2)),
    "chicon": tuple(f"chicon-{number}.lille.grid5000.fr" for number in (1, 2)),
}
NODES = (*LILLE["chinqchint"], *LILLE["chicon"])
XEN = make_environment("lenny-x64-xen", 3, xen=True)
REFERENCE = {"kind": "database", "name": "lenny-x64-xen", "user": "root", "version": 3}


class TurnedClock:
    """Sleepers wake only when ``turn`` passes their time."""

    def __init__(self, now: float = 1795362904.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, waiting))
        await waiting

    async def turn(self, seconds: float) -> None:
        end = self._now + seconds
        for _ in range(100_000):
            await _settle()
            due = min((when for when, waiting in self._sleepers if not waiting.done()), default=end + 1)
            if due > end:
                break
            self._now = max(self._now, due)
            for when, waiting in self._sleepers:
                if when <= self._now and not waiting.done():
                    waiting.set_result(None)
            self._sleepers = [(when, waiting) for when, waiting in self._sleepers if not waiting.done()]
        self._now = end
        await _settle()


async def _settle() -> None:
    for _ in range(8):
        await asyncio.sleep(0)


def make_deployer(**changes) -> LabDeployer:
    settings = {"clock": TurnedClock(), "vlans": ("4",), "automata": {"chinqchint": DUMMY}, "pace": 50.0}
    environments = changes.pop("environments", [XEN])
    return LabDeployer("lille", LILLE, environments, **(settings | changes))


@asynccontextmanager
async def serving(deployer: LabDeployer) -> AsyncIterator[httpx2.AsyncClient]:
    """The client deploys as alice unless it says otherwise."""
    server = await serve(deployer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.port}"
    try:
        async with httpx2.AsyncClient(base_url=url, headers={"X-Kadeploy-User": "alice"}, trust_env=False) as client:
            yield client
    finally:
        deployer.forget()
        server.close()
        await server.wait_closed()


def run_scenario(scenario, deployer: LabDeployer | None = None) -> LabDeployer:
    """Run a coroutine function of (client, deployer)."""
    deployer = deployer or make_deployer(granted=("root", "alice"))

    async def main() -> None:
        async with serving(deployer) as client:
            await scenario(client, deployer)

    asyncio.run(main())
    return deployer


async def deploy(client, *nodes: str, **more) -> str:
    answer = await client.post("/deployment", json={"nodes": list(nodes), "environment": REFERENCE} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()["wid"]


async def state_of(client, node: str) -> str | None:
    record = (await client.get("/nodes")).json()[node]
    return record and record["state"]
