"""Small sites and experiments as YAML, read by the product's own reader; the pure part of each is done once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from reconciler.spec.catalogue import Catalogue
from reconciler.spec.load import load

API = "reconciler/v1alpha1"
PRODUCTION = 100
SITES = ("north", "south")


@dataclass(frozen=True, slots=True)
class Ground:
    """What exists: how much of it decides what is scarce.  ``switches`` are per site, joined in a row."""

    sites: int = 1
    switches: int = 1
    nodes: int = 3
    vlan_ids: int = 4
    addresses: int = 16
    parked: bool = True


@dataclass(frozen=True, slots=True)
class Goal:
    """What somebody wants of an experiment; None in place of a goal means destroyed.

    ``nodes`` and ``vms`` are per site.  ``image`` is the nodes', None for nodes taken as they are.  ``access``: a
    network that the nodes themselves join.  ``disk``: VMs with a disk of their own.
    """

    nodes: int = 1
    vms: int = 1
    memory_mib: int = 256
    networks: tuple[str, ...] = ("lan",)
    image: str | None = "xen-1"
    access: bool = False
    disk: bool = False
    sites: int = 1
    spares: int = 0
    min_ready: int | None = None
    per_host: bool = False
    walltime_min: int | None = None
    routed: bool = False


def node_name(site: str, number: int) -> str:
    return f"{site[0]}-{number}"


@cache
def catalogue(ground: Ground) -> Catalogue:
    """The sites and images, without experiments."""
    return load({"sites.yaml": _text([_site(ground, site) for site in SITES[: ground.sites]] + _images())})


@cache
def with_experiment(ground: Ground, name: str, goal: Goal) -> Catalogue:
    documents = [_site(ground, site) for site in SITES[: ground.sites]] + _images()
    return load({"all.yaml": _text([*documents, _experiment(name, goal)])})


def _text(documents: list[dict[str, Any]]) -> str:
    """JSON is YAML, and is written a hundred times faster."""
    return "\n---\n".join(map(json.dumps, documents))


def _document(kind: str, name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name}, "spec": dict(spec)}


def _images() -> list[dict[str, Any]]:
    environments = [
        _document("Environment", f"xen-{n}", {"version": n, "os": "xen", "fingerprint": {"text": f"xen-{n}"}})
        for n in (1, 2)
    ]
    arguments = "console=hvc0 ip={address}/{prefixLength}"
    return [
        *environments,
        _document("DiskImage", "tiny", {"kernel": "/images/kernel", "ramdisk": "/images/rd", "arguments": arguments}),
        _document("DiskImage", "big", {"kernel": "/images/kernel", "disk": "/images/base", "arguments": arguments}),
    ]


def _site(ground: Ground, site: str) -> dict[str, Any]:
    number = SITES.index(site) + 1
    switches = [f"sw-{n}" for n in range(1, ground.switches + 1)]
    links = [
        {"between": [{"switch": near, "port": "e40"}, {"switch": far, "port": "e41"}]}
        for near, far in pairwise(switches)
    ]
    ids = ground.vlan_ids
    vlans: dict[str, Any] = {"local": f"700-{699 + ids}", "routed": f"710-{709 + ids}", "global": f"720-{719 + ids}"}
    if ground.parked:
        vlans["production"] = PRODUCTION
    spec: dict[str, Any] = {
        "domain": f"{site}.test",
        "deployer": {"driver": "kadeploy", "url": f"http://deploy.{site}.test"},
        "addresses": {
            "space": f"10.{number}.0.0/16",
            "ranges": [{"name": "leases", "range": f"10.{number}.0.0/{32 - (ground.addresses - 1).bit_length()}"}],
        },
        "vlans": vlans,
        "nodes": [_node(site, n, switches[(n - 1) % len(switches)]) for n in range(1, ground.nodes + 1)],
        "switches": [{"name": name} for name in switches],
    }
    if ground.sites > 1:
        spec["switches"].append({"name": "wan"})
        links.append({"between": [{"switch": "sw-1", "port": "e42"}, {"switch": "wan", "port": "e1"}]})
        spec["wan"] = {
            "backbone": "trunk",
            "switch": "wan",
            "customerPort": "e1",
            "port": "e2",
            "sVlans": f"1000-{999 + ids}",
        }
    if links:
        spec["links"] = links
    return _document("Site", site, spec)


def _node(site: str, n: int, switch: str) -> dict[str, Any]:
    return {
        "name": node_name(site, n),
        "cluster": "c",
        "memory": "4GiB",
        "interfaces": [
            {"name": "eth0", "management": True},
            {"name": "eth1", "switch": switch, "port": f"e{10 + n}"},
            {"name": "eth2", "switch": switch, "port": f"e{20 + n}"},
        ],
    }


def _experiment(name: str, goal: Goal) -> dict[str, Any]:
    sites = list(SITES[: goal.sites])
    kind = "global" if goal.sites > 1 else "routed" if goal.routed else "local"
    access = ["bare"] if goal.access else []
    groups = [_group(goal, site, access) for site in sites]
    networks = [{"name": network, "kind": kind, "sites": sites} for network in (*goal.networks, *access)]
    vms = [_guests(goal, site) for site in sites if goal.vms and goal.networks]
    spec: dict[str, Any] = {"nodes": groups, "networks": networks, "vms": vms}
    if goal.walltime_min is not None:
        spec["lifetime"] = {"walltime": f"{goal.walltime_min}m", "onExpiry": "destroy"}
    return _document("Experiment", name, spec)


def _group(goal: Goal, site: str, access: list[str]) -> dict[str, Any]:
    group: dict[str, Any] = {"name": f"hosts-{site}", "site": site, "count": goal.nodes}
    if goal.image is not None:
        group["image"] = goal.image
    if goal.spares:
        group["spares"] = goal.spares
    if goal.min_ready is not None:
        group["minReady"] = goal.min_ready
    if access:
        group["networks"] = access
    return group


def _guests(goal: Goal, site: str) -> dict[str, Any]:
    counted = {"placement": "perHost", "perHost": goal.vms} if goal.per_host else {"count": goal.vms}
    return {
        "name": f"vm-{site}",
        "on": f"hosts-{site}",
        "image": "big" if goal.disk else "tiny",
        "memory": f"{goal.memory_mib}MiB",
        "networks": list(goal.networks),
        **counted,
    }
