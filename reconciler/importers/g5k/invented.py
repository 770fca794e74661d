"""Cables and ports that no tree tells of, made up on request and reported one by one, so that a lab can run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.cabling import Cable, Islands, Plug
from reconciler.importers.g5k.equipment import Equipment
from reconciler.importers.g5k.options import Options
from reconciler.importers.record import Record

CUSTOMER_PORT = "qinq-customer"
INSIDE_PORT = "qinq-inside"
BACKBONE_PORT = "qinq-wan"


@dataclass(frozen=True, slots=True)
class Wan:
    """``cable`` leads from the switch's own port to the one where S-tags are pushed."""

    fields: Fields
    cable: Cable


def join_islands(
    site: str, record: Record, switches: Iterable[str], cables: Sequence[Cable], options: Options
) -> list[Cable]:
    """Cables from a switch of every island to ``options.uplinks``; only a report when none is named."""
    islands = Islands({*switches, *(plug.switch for cable in cables for plug in cable)})
    for one, other in cables:
        islands.join(one.switch, other.switch)
    groups = islands.groups()
    if len(groups) < 2:
        return []
    if options.uplinks is None:
        told = "; ".join(" ".join(group) for group in groups)
        hint = "no network can span them; --uplinks SWITCH invents cables to one switch"
        record.report("I405", f"{site}: the tree tells of no cable between these groups of switches: {told}", hint)
        return []
    hub = options.uplinks
    made = [(Plug(group[0], f"to-{hub}"), Plug(hub, f"to-{group[0]}")) for group in groups if hub not in group]
    for far, near in made:
        record.report("I901", f"{site}: invented a cable from {far.switch} {far.port} to {near.switch} {near.port}")
    return made


def make_wan(
    site: str, record: Record, equipment: Sequence[Equipment], uses: Counter[str], options: Options
) -> Wan | None:
    """Where the site joins ``options.wan``: at its real port where the tree tells it, tagged at an invented one.

    ``uses`` counts the nodes on each switch of the document.
    """
    if options.wan is None:
        return None
    told = [
        (item.name, end.port)
        for item in equipment
        for end in item.ends
        if end.backbone and end.peer.startswith(f"{options.wan}-")
    ]
    switch, port = told[0] if told else (_gateway(equipment, uses, options), BACKBONE_PORT)
    if switch is None:
        record.report("I901", f"{site}: no switch is known, so none joins {options.wan}")
        return None
    invented = f"{INSIDE_PORT} and {CUSTOMER_PORT}" + ("" if told else f" and {BACKBONE_PORT}")
    record.report(
        "I901", f"{site}: invented the ports {invented} of {switch}, where VLANs for {options.wan} get their S-tag"
    )
    fields: Fields = {
        "backbone": options.wan,
        "switch": switch,
        "customerPort": CUSTOMER_PORT,
        "port": port,
        "sVlans": options.s_vlans,
    }
    return Wan(fields, (Plug(switch, INSIDE_PORT), Plug(switch, CUSTOMER_PORT)))


def _gateway(equipment: Sequence[Equipment], uses: Counter[str], options: Options) -> str | None:
    """The site's router; else the hub that was asked for; else the switch with the most nodes."""
    routers = [item.name for item in equipment if item.kind == "router"]
    busiest = sorted(uses, key=lambda name: (-uses[name], name))
    hubs = [options.uplinks] if options.uplinks in uses else []
    return next((name for name in (*routers, *hubs, *busiest) if name is not None), None)
