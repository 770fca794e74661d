"""Choose VLAN ids: one per site of a network, the same at all of them, and an S-VLAN id between sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from reconciler.allocation.allocator import Granted, Ids
from reconciler.model.address import Address
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.resources.vlan import Vlan
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment, NetworkKind, NetworkSpec
from reconciler.spec.site import Site


def choose_vlan_ids(experiment: Experiment, catalogue: Catalogue, allocations: Allocations) -> dict[str, Granted[Ids]]:
    """Give every isolated network its ids; one that holds ids which are still lent keeps them.

    Raises:
        Exhausted: no id is free at all of a network's sites.
    """
    # a wish is recorded before it is granted: what another got first is not ours
    recorded_ids = {
        item for address, r in allocations.recorded.items() if address.kind == "vlan" for item in r.spec.ids
    }
    ours = recorded_ids - allocations.taken_ids.keys()
    chosen: dict[str, Granted[Ids]] = {}
    for network in experiment.spec.networks:
        if network.kind is not NetworkKind.SHARED:
            recorded = allocations.recorded.get(Address("vlan", experiment.metadata.name, network.name))
            held = recorded.spec.ids if recorded is not None and isinstance(recorded.spec, Vlan) else ()
            ids = _choose(
                network, catalogue, ours.intersection(held), {**allocations.taken_ids, **dict.fromkeys(ours, "us")}
            )
            chosen[network.name] = Granted(ids)
            ours |= set(ids)
    return chosen


def _choose(
    network: NetworkSpec,
    catalogue: Catalogue,
    held: AbstractSet[tuple[str, int]],
    taken: Mapping[tuple[str, int], str],
) -> Ids:
    sites = [catalogue.sites[name] for name in sorted(network.sites)]
    pools = [f"vlan:{site.metadata.name}" for site in sites]
    ids = dict.fromkeys(pools, _pick(network, pools, [_lent(site, network.kind) for site in sites], held, taken))
    if len(sites) > 1:
        wans = [site.spec.wan for site in sites if site.spec.wan is not None]
        pool = f"stag:{wans[0].backbone}"
        ids[pool] = _pick(network, [pool], [wan.s_vlans for wan in wans], held, taken)
    return tuple(sorted(ids.items()))


def _lent(site: Site, kind: NetworkKind) -> tuple[int, ...]:
    vlans = site.spec.vlans
    return {
        NetworkKind.LOCAL: vlans.local,
        NetworkKind.ROUTED: vlans.routed,
        NetworkKind.GLOBAL: vlans.global_,
        NetworkKind.SHARED: (),
    }[kind] or ()


def _pick(
    network: NetworkSpec,
    pools: Sequence[str],
    lent: Sequence[Sequence[int]],
    held: AbstractSet[tuple[str, int]],
    taken: Mapping[tuple[str, int], str],
) -> int:
    """The id all of ``pools`` lend and have free; one already held at most of them, before others."""
    shared = set.intersection(*map(set, lent))
    at = {number: sum((pool, number) in held for pool in pools) for number in shared}
    for number in sorted(shared, key=lambda number: (-at[number], number)):
        if all((pool, number) in held or (pool, number) not in taken for pool in pools):
            return number
    holders = sorted({taken[pool, number] for pool in pools for number in shared if (pool, number) in taken})
    held_by = f"; held by {', '.join(holders)}" if holders else ""
    raise Exhausted(f"network {network.name}: no id is free in {' and '.join(pools)}{held_by}")
