"""Cables and ports that no tree tells of, made up on request and reported one by one, so that a lab can run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.cabling import Cable, Islands, Plug
from reconciler.importers.g5k.draft import SiteDraft
from reconciler.importers.g5k.options import Options

CUSTOMER_PORT = "qinq-customer"
INSIDE_PORT = "qinq-inside"
BACKBONE_PORT = "qinq-wan"


@dataclass(frozen=True, slots=True)
class Wan:
    """``cable`` leads from the switch's own port to the one where S-tags are pushed."""

    fields: Fields
    cable: Cable


def join_islands(draft: SiteDraft, switches: Iterable[str], cables: Sequence[Cable], options: Options) -> list[Cable]:
    """Cables from a switch of every island to ``options.uplinks``; only a report when none is named."""
    islands = Islands({*switches, *(plug.switch for cable in cables for plug in cable)})
    for one, other in cables:
        islands.join(one.switch, other.switch)
    groups = islands.groups()
    if len(groups) < 2:
        return []
    if options.uplinks is None:
        told = "; ".join(" ".join(group) for group in groups)
        summary = f"{draft.name}: the tree has no cable between these groups of switches: {told}"
        draft.record.report("I405", summary, "no network can span them; --uplinks SWITCH invents cables to one switch")
        return []
    hub = options.uplinks
    made = [(Plug(group[0], f"to-{hub}"), Plug(hub, f"to-{group[0]}")) for group in groups if hub not in group]
    for far, near in made:
        summary = f"{draft.name}: invented a cable from {far.switch} {far.port} to {near.switch} {near.port}"
        draft.record.report("I901", summary)
    return made


def make_wan(draft: SiteDraft, uses: Counter[str], taken: Collection[Plug], options: Options) -> Wan | None:
    """Where the site joins ``options.wan``: at its real port where the tree tells it, tagged at an invented one.

    ``uses`` counts the nodes on each switch of the document; ``taken`` are the ports that have a cable.
    """
    if options.wan is None:
        return None
    told = [plug for plug in _told(draft, options.wan) if plug not in taken]
    switch = told[0].switch if told else _gateway(draft, uses, options)
    if switch is None:
        draft.record.report("I901", f"{draft.name}: no switch is known, so none joins {options.wan}")
        return None
    invented = f"{INSIDE_PORT} and {CUSTOMER_PORT}" + ("" if told else f" and {BACKBONE_PORT}")
    summary = f"{draft.name}: invented the ports {invented} of {switch}, to push S-tags for {options.wan}"
    draft.record.report("I901", summary)
    fields: Fields = {
        "backbone": options.wan,
        "switch": switch,
        "customerPort": CUSTOMER_PORT,
        "port": told[0].port if told else BACKBONE_PORT,
        "sVlans": options.s_vlans,
    }
    return Wan(fields, (Plug(switch, INSIDE_PORT), Plug(switch, CUSTOMER_PORT)))


def _told(draft: SiteDraft, backbone: str) -> Iterable[Plug]:
    """Ports that lead to the backbone's own equipment (``renater-lille``)."""
    for item in draft.equipment:
        yield from (
            Plug(item.name, end.port) for end in item.ends if end.backbone and end.peer.startswith(f"{backbone}-")
        )


def _gateway(draft: SiteDraft, uses: Counter[str], options: Options) -> str | None:
    """The site's router; else the hub that was asked for; else the switch with the most nodes."""
    routers = [item.name for item in draft.equipment if item.kind == "router"]
    hubs = [options.uplinks] if options.uplinks in uses else []
    busiest = sorted(uses, key=lambda name: (-uses[name], name))
    return next((name for name in (*routers, *hubs, *busiest) if name is not None), None)
