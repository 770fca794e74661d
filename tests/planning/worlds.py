"""Small worlds: resources on devices that any driver could have, and the three states that planning compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.plan import Impact, Plan, Step
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.planning.plan import make_plan
from reconciler.planning.world import World
from reconciler.resources.allocations import Allocations
from reconciler.resources.domain import Domain, Nic

EXPERIMENT = "exp"


def trusting(plan: Plan, allocations: Allocations) -> dict[Address, str]:
    """No guard: these things stand on nobody's nodes."""
    return {}


@dataclass(frozen=True, slots=True)
class Command:
    text: str

    def __str__(self) -> str:
        return self.text


def at(name: str, kind: str = "domain") -> Address:
    return Address(kind, EXPERIMENT, name)


def domain(name: str, memory_mib: int = 256, **fields: Any) -> Domain:
    values: dict[str, Any] = {"nics": (Nic("00:16:3e:00:00:01", "br0"),), **fields}
    return Domain(f"exp-{name}", f"uuid-{name}", "/k", "", "", memory_mib, 1, **values)


def thing(
    name: str,
    memory_mib: int = 256,
    *,
    kind: str = "domain",
    on: str = "h1",
    needs: Iterable[Resource[Any]] = (),
    carrier: Resource[Any] | None = None,
    spec: Any = None,
) -> Resource[Any]:
    """A resource on host ``on``; a domain unless a ``spec`` says otherwise."""
    return Resource(
        at(name, kind),
        Endpoint("xen", on),
        domain(name, memory_mib) if spec is None else spec,
        frozenset(need.address for need in needs),
        carrier.address if carrier else None,
    )


def plan_step(change: Change[Any]) -> Step[Command]:
    return Step(change, (Command(f"{change.action} {change.address.name}"),), Impact.LIVE)


def refuse(change: Change[Any]) -> Step[Command]:
    raise Refused(f"{change.address.name} is protected")


def planned(
    desired: Iterable[Resource[Any]] = (),
    recorded: Iterable[Resource[Any]] = (),
    seen: dict[Address, Observed[Any]] | None = None,
    lowering: Any = plan_step,
) -> Plan:
    return make_plan(world(desired, recorded, seen), lowering)


def world(
    desired: Iterable[Resource[Any]] = (),
    recorded: Iterable[Resource[Any]] = (),
    seen: dict[Address, Observed[Any]] | None = None,
) -> World:
    """What is recorded was made as recorded and everything else is absent, unless ``seen`` says otherwise."""
    wanted, ours = ({r.address: r for r in resources} for resources in (desired, recorded))
    observed: dict[Address, Observed[Any]] = {address: Absent() for address in wanted}
    observed |= {address: Present(resource.spec) for address, resource in ours.items()}
    return World(wanted, ours, observed | (seen or {}))
