"""Two ends that are the same but for what was free to choose: nodes, addresses, VLAN ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.campaigns.acto.consistency import held_nodes
from tests.campaigns.acto.expected import Expected

_LASTING = ("uuid", "life", "mode", "memory", "vcpus", "kernel", "ramdisk")


def essence(want: Expected, picture: Mapping[str, Any], books: Mapping[str, Any]) -> Mapping[str, Any]:
    """What has to be the same however the experiment came to be as it is."""
    ours = f"{want.experiment}-"
    leases = [tuple(row) for row in books["leases"] if row[2] == want.experiment]
    imaged = {g.name: held_nodes(leases, g.name) for g in want.groups.values() if g.image is not None}
    seen = [sorted(vm["name"] for vm in group["vms"]) for group in picture["reach"]]
    return {
        "machines": {
            name: {part: domain[part] for part in _LASTING} | {p: len(domain[p]) for p in ("nics", "disks")}
            for host in picture["hosts"].values()
            for name, domain in host["domains"].items()
            if name.startswith(ours)
        },
        "images": {
            name: sorted(tuple(picture["hosts"][node]["image"]) for node in held) for name, held in imaged.items()
        },
        "held": sorted(Counter((pool, holder) for pool, _, _, holder, _ in leases).items()),
        "who sees whom": sorted(group for group in seen if any(name.startswith(ours) for name in group)),
        "marked ports": sum(f":{want.experiment}:" in state["description"] for state in picture["ports"].values()),
        "unfinished": [books["intended"], books["open"]],
    }


def differing(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    return [f"{part}: {found[part]} instead of {wanted[part]}" for part in wanted if found[part] != wanted[part]]
