"""Whether devices and books show what the documents ask for: every difference, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any

from tests.campaigns.acto.documents import Tree
from tests.campaigns.acto.expected import Expected, Machine, address_ranges

Picture = Mapping[str, Any]


def inconsistencies(want: Expected, picture: Picture, books: Mapping[str, Any], sites: Mapping[str, Tree]) -> list[str]:
    """``picture`` is the lab's own account; of ``books`` only what is leased is read."""
    leases = [tuple(row) for row in books["leases"] if row[2] == want.experiment]
    addresses = {(m, holder.partition("/")[2]): what for pool, what, _, holder, m in leases if pool == "ipv4"}
    return [
        *_nodes(want, picture, leases, sites),
        *_machines(want, picture, addresses),
        *_places(want, picture, leases),
        *_addresses(want, addresses, sites),
        *_reach(want, picture, addresses, leases, sites),
        *_leftovers(want, picture, leases, sites),
    ]


def held_nodes(leases: list[tuple[str, ...]], group: str) -> set[str]:
    return {what for pool, what, _, holder, _ in leases if pool == "node" and holder == f"reservation/{group}"}


def _nodes(want: Expected, picture: Picture, leases: list[tuple[str, ...]], sites: Mapping[str, Tree]) -> Iterator[str]:
    for group in want.groups.values():
        held = held_nodes(leases, group.name)
        if len(held) != group.count + group.spares:
            yield f"group {group.name} holds {len(held)} nodes, {group.count} and {group.spares} spares are wanted"
        yield from (f"group {group.name} holds {node}, which it may not have" for node in sorted(held - group.nodes))
        for node in sorted(held) if group.image is not None else ():
            runs = tuple(picture["hosts"][node]["image"])
            if runs != (group.image.name, group.image.version):
                yield f"{node} runs {runs}, {group.image} is wanted"
            full = f"{node.rpartition('.')[0]}.{sites[group.site]['spec']['domain']}"
            recorded = picture["records"].get(full)
            if recorded != ["deployed", group.image.name, group.image.version, group.image.owner]:
                yield f"the deployer has {recorded} for {full}, {group.image} is wanted"


def _found(want: Expected, picture: Picture) -> Iterator[tuple[str, str, Tree]]:
    for host, state in picture["hosts"].items():
        for name, domain in state["domains"].items():
            if name.startswith(f"{want.experiment}-"):
                yield host, name, domain


def _machines(want: Expected, picture: Picture, addresses: Mapping[tuple[str, str], str]) -> Iterator[str]:
    found = {name: domain for _, name, domain in _found(want, picture)}
    count = Counter(name for _, name, _ in _found(want, picture))
    for name in sorted(found.keys() | want.machines.keys()):
        if count[name] != (name in want.machines):
            yield f"VM {name} runs {count[name]} times"
        elif name in want.machines:
            yield from _machine(want.machines[name], found[name], addresses, want.experiment)


def _machine(want: Machine, seen: Tree, addresses: Mapping[tuple[str, str], str], experiment: str) -> Iterator[str]:
    short = want.name.removeprefix(f"{experiment}-")
    leased = [addresses.get((short, network), "0.0.0.0") for network in want.networks]
    wanted = {
        "life": "running",
        "mode": want.mode,
        "memory": want.memory_mib,
        "vcpus": want.vcpus,
        "kernel": want.kernel,
        "ramdisk": want.ramdisk,
        "arguments": want.arguments.replace("{address}", leased[0]).replace("{mac}", mac_of(leased[0])),
    }
    yield from (f"VM {want.name}: {k} is {seen[k]!r}, not {v!r}" for k, v in wanted.items() if seen[k] != v)
    if (macs := [mac for mac, _ in seen["nics"]]) != [mac_of(address) for address in leased]:
        yield f"VM {want.name}: its cards are {macs}, its addresses {leased}"
    if len(seen["disks"]) != want.has_disk:
        yield f"VM {want.name} has {len(seen['disks'])} disks"


def mac_of(address: str) -> str:
    return "00:16:3e:" + ":".join(f"{int(octet):02x}" for octet in address.split(".")[1:])


def _places(want: Expected, picture: Picture, leases: list[tuple[str, ...]]) -> Iterator[str]:
    for host, name, _ in _found(want, picture):
        machine = want.machines.get(name)
        if machine is not None and host not in held_nodes(leases, machine.on):
            yield f"VM {name} is on {host}, which group {machine.on} does not hold"


def _addresses(want: Expected, addresses: Mapping[tuple[str, str], str], sites: Mapping[str, Tree]) -> Iterator[str]:
    due = {
        (m.name.removeprefix(f"{want.experiment}-"), network) for m in want.machines.values() for network in m.networks
    }
    yield from (f"leased for nobody: {pair}" for pair in sorted(addresses.keys() - due))
    yield from (f"no address for {pair}" for pair in sorted(due - addresses.keys()))
    for (vm, network), address in addresses.items():
        ranges = address_ranges(want.networks[network], sites) if network in want.networks else []
        if not any(IPv4Address(address) in part for part in ranges):
            yield f"{address} of {vm} is outside of what network {network} may have"


def _reach(
    want: Expected,
    picture: Picture,
    addresses: Mapping[tuple[str, str], str],
    leases: list[tuple[str, ...]],
    sites: Mapping[str, Tree],
) -> Iterator[str]:
    """On each network of our own everybody sees everybody, and nobody else."""
    inner = _experiment_interfaces(sites)
    groups = [
        {vm["mac"] for vm in group["vms"]} | {i["host"] for i in group["interfaces"] if (i["host"], i["name"]) in inner}
        for group in picture["reach"]
    ]
    for name, network in want.networks.items():
        macs = {mac_of(address) for (_, of), address in addresses.items() if of == name}
        joined = [group for group in want.groups.values() if name in group.networks]
        members = macs | {node for group in joined for node in held_nodes(leases, group.name)}
        seen = [group for group in groups if group & members]
        if network["kind"] == "shared":
            if sum(bool(group & macs) for group in groups) > 1:
                yield f"on the shared network {name} are VMs that do not see each other"
        elif members and seen != [members]:
            yield f"on network {name} see each other: {[sorted(group) for group in seen]}, not {sorted(members)}"


def _experiment_interfaces(sites: Mapping[str, Tree]) -> set[tuple[str, str]]:
    return {
        (f"{node['name']}.{site}", nic["name"])
        for site, tree in sites.items()
        for node in tree["spec"]["nodes"]
        for nic in node["interfaces"]
        if not nic.get("management")
    }


def _leftovers(
    want: Expected, picture: Picture, leases: list[tuple[str, ...]], sites: Mapping[str, Tree]
) -> Iterator[str]:
    ours = {what for pool, what, *_ in leases if pool == "node"}
    others = re.compile(r"^xr:v1:[^:]+:(?!" + re.escape(want.experiment) + ":)")
    edges = {
        f"{nic['switch']}.{site} {nic['port']}": f"{node['name']}.{site}"
        for site, tree in sites.items()
        for node in tree["spec"]["nodes"]
        for nic in node["interfaces"]
        if "switch" in nic
    }
    for port, state in picture["ports"].items():
        node = edges.get(port)
        if node is not None and node not in ours and not others.match(state["description"]):
            yield f"port {port} of {node}, which we do not hold, is {state}"
        if state["tagged"] == "all" or (state["up"] and state["untagged"] == 1):
            yield f"port {port} carries what nobody asked for: {state}"
