"""What documents ask for, worked out again from their plain text: a second opinion, without the product's compiler."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from tests.campaigns.acto.documents import Documents, Tree, experiment_of

ISOLATED_WITH_OWN_PREFIX = ("local", "global")
WITH_GATEWAY = ("routed", "shared")


@dataclass(frozen=True, slots=True)
class Machine:
    """One VM.  ``arguments`` still has the marks for what follows from the leased address."""

    name: str
    group: str
    on: str
    memory_mib: int
    vcpus: int
    mode: str
    kernel: str
    ramdisk: str
    has_disk: bool
    networks: tuple[str, ...]
    arguments: str


@dataclass(frozen=True, slots=True)
class Image:
    """What the deployer calls it."""

    name: str
    version: int
    owner: str


@dataclass(frozen=True, slots=True)
class Group:
    """``nodes`` are those it may have, by endpoint name; ``count`` of them are wanted, and so many ``spares``."""

    name: str
    site: str
    nodes: frozenset[str]
    count: int
    spares: int
    image: Image | None
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    machines: Mapping[str, Machine]
    groups: Mapping[str, Group]
    networks: Mapping[str, Tree]
    experiment: str


def expect(documents: Documents, sites: Mapping[str, Tree]) -> Expected:
    tree = experiment_of(documents)
    name, spec = tree["metadata"]["name"], tree["spec"]
    groups = {g["name"]: _group(g, documents, sites) for g in spec.get("nodes", ())}
    networks = {n["name"]: n for n in spec.get("networks", ())}
    machines = [m for vms in spec.get("vms", ()) for m in _machines(name, vms, groups, networks, documents, sites)]
    return Expected({m.name: m for m in machines}, groups, networks, name)


def mebibytes(text: str) -> int:
    units = {"MiB": 1, "GiB": 1024, "TiB": 1024 * 1024}
    return int(text[:-3]) * units[text[-3:]]


def _group(group: Tree, documents: Documents, sites: Mapping[str, Tree]) -> Group:
    known = sites[group["site"]]["spec"]["nodes"]
    fit = {n["name"] for n in known if group.get("cluster") in (None, n["cluster"]) and n.get("deployable", True)}
    named = group.get("nodes")
    chosen = fit if named is None else set(named)
    return Group(
        group["name"],
        group["site"],
        frozenset(f"{node}.{group['site']}" for node in chosen),
        len(named) if named is not None else group["count"],
        group.get("spares", 0),
        _image(documents, group["image"]) if "image" in group else None,
        tuple(group.get("networks", ())),
    )


def _image(documents: Documents, name: str) -> Image:
    spec = documents["Environment", name]["spec"]
    return Image(spec.get("environment", name), spec.get("version", 1), spec.get("owner", "root"))


def _machines(
    experiment: str,
    vms: Tree,
    groups: Mapping[str, Group],
    networks: Mapping[str, Tree],
    documents: Documents,
    sites: Mapping[str, Tree],
) -> Iterator[Machine]:
    image = documents["DiskImage", vms["image"]]["spec"]
    count = vms["count"] if "count" in vms else vms["perHost"] * groups[vms["on"]].count
    arguments = _arguments(image.get("arguments", ""), networks[vms["networks"][0]], sites)
    for index in range(count):
        yield Machine(
            f"{experiment}-{vms['name']}-{index}",
            vms["name"],
            vms["on"],
            mebibytes(vms["memory"]),
            vms.get("vcpus", 1),
            image.get("mode", "pv"),
            image["kernel"],
            image.get("ramdisk", ""),
            "disk" in image,
            tuple(vms["networks"]),
            arguments.replace("{hostname}", f"{vms['name']}-{index}"),
        )


def _arguments(text: str, network: Tree, sites: Mapping[str, Tree]) -> str:
    space = sites[network["sites"][0]]["spec"]["addresses"]
    own = network["kind"] in ISOLATED_WITH_OWN_PREFIX and "addresses" in network
    prefix = IPv4Network(network["addresses"] if own else space["space"]).prefixlen
    text = text.replace("{prefixLength}", str(prefix))
    if network["kind"] in WITH_GATEWAY and network.get("gateway", True) and "gateway" in space:
        return text.replace("{gateway}", space["gateway"])
    return " ".join(word for word in text.split() if "{gateway}" not in word)


def address_ranges(network: Tree, sites: Mapping[str, Tree]) -> list[IPv4Network]:
    """Where the network's addresses may be from."""
    if "addresses" in network:
        return [IPv4Network(network["addresses"])]
    space: dict[str, Any] = sites[network["sites"][0]]["spec"]["addresses"]
    ranges = space.get("ranges", ())
    lent = [IPv4Network(r["range"]) for r in ranges if r.get("scheme", "lease") == "lease"]
    return lent if ranges else [IPv4Network(space["space"])]
