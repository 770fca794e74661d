"""``leases``: the state database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, show_error, table

if TYPE_CHECKING:
    from reconciler.store.leases import LeaseRow, LeaseStore
    from reconciler.store.store import Store

_MAC_LENGTH = 17
_MOST = 1 << 18
"""So many at once: a /14."""
_IDS = re.compile(r"(?P<pool>(?:vlan|stag):[a-z0-9][a-z0-9-]*)/(?P<first>[0-9]{1,4})(?:-(?P<last>[0-9]{1,4}))?")
_NODE = re.compile(r"node/(?P<node>[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9-]*)")
_FORMS = "10.136.0.9, 10.136.0.9-10.136.0.20, 10.136.4.0/24, vlan:lille/700, stag:core/1000-1009, node/griffon-1.nancy"


@click.group("leases")
def leases_command() -> None:
    """List, find, reserve and release what the state database holds: nodes, addresses with their MACs, VLAN ids."""


@leases_command.command("list")
@click.argument("experiment", required=False)
@options.output("text", "json")
@click.pass_context
def list_command(ctx: click.Context, experiment: str | None, form: str) -> int:
    """List what is held, what is in quarantine after its return, and what people outside this tool have."""
    from reconciler.runs.survey import require_known

    with options.not_found_as_usage(), _store(ctx) as store:
        if experiment is not None:
            require_known([experiment], [row.name for row in store.experiments()])
        rows = store.leases.rows(experiment)
    _print(rows, form, "nothing is held")
    return Exit.OK


@leases_command.command("show")
@click.argument("what")
@options.output("text", "json")
@click.pass_context
def show_command(ctx: click.Context, what: str, form: str) -> int:
    """Say who has an address, a MAC, an id or a node.

    WHAT is a MAC or one of: 10.136.0.9, 10.136.0.0/24, vlan:lille/700, stag:backbone/1000, node/griffon-1.nancy
    """
    with _store(ctx) as store:
        rows = _find(store.leases, what)
    _print(rows, form, f"nobody holds {what}")
    return Exit.OK


@leases_command.command("reserve")
@click.argument("what", nargs=-1, required=True)
@click.option("--for", "who", required=True, metavar="WHO", help="Who uses it.")
@click.option("--reason", required=True, metavar="TEXT", help="What for: others will read it.")
@click.pass_context
def reserve_command(ctx: click.Context, what: tuple[str, ...], who: str, reason: str) -> int:
    """Keep addresses, ids or nodes for people outside this tool: no experiment gets them.

    What somebody holds is not reserved; then nothing is.
    """
    from reconciler.model.errors import Rejected

    chosen = _items_of(what)
    with _store(ctx) as store:
        try:
            store.leases.reserve(chosen.pool, chosen.items, who, reason)
        except Rejected as error:
            show_error(error)
            return Exit.HELD
    result(f"reserved {len(chosen.items)} of {chosen.pool} for {who}")
    return Exit.OK


@leases_command.command("release")
@click.argument("what", nargs=-1, required=True)
@click.pass_context
def release_command(ctx: click.Context, what: tuple[str, ...]) -> int:
    """Give back what was reserved by hand, or was found in use by a stranger who is gone.

    What an experiment holds is given back by its destroy, and not by this.
    """
    from reconciler.model.errors import Refused

    chosen = _items_of(what)
    with _store(ctx) as store:
        given_back = store.leases.unreserve(chosen.pool, chosen.items)
        held = [row for text in what for row in _find(store.leases, text)] if not given_back else []
    if held:
        raise Refused(f"{held[0].what} is held by {held[0].experiment}; `reconciler destroy` gives it back")
    result(f"released {given_back} of {chosen.pool}")
    return Exit.OK


class _Limit(click.ParamType["int | str"]):
    """A number, ``none`` for no limit at all, ``default`` for everyone's."""

    name = "N|none|default"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        text = str(value)
        if text in ("none", "default"):
            return text
        if not text.isascii() or not text.isdigit():
            self.fail(f"{text!r} is neither a number nor `none` nor `default`", param, ctx)
        return int(text)


@leases_command.command("quota")
@click.argument("project", required=False)
@click.option("--nodes", type=_Limit(), help="Nodes that its experiments may hold together.")
@click.option("--addresses", type=_Limit(), help="Addresses.")
@click.option("--vlans", type=_Limit(), help="VLAN ids of sites.")
@options.output("text", "json")
@click.pass_context
def quota_command(
    ctx: click.Context,
    project: str | None,
    nodes: int | str | None,
    addresses: int | str | None,
    vlans: int | str | None,
    form: str,
) -> int:
    """List the limits of projects, or set those of PROJECT.

    An experiment says in `project` whose it is. The PROJECT `*` stands for all that have no limit of their own. What a
    project holds already it keeps.
    """
    from reconciler.store.quotas import ENDLESS, Quota

    limits = {"nodes": nodes, "addresses": addresses, "vlans": vlans}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    if given and project is None:
        raise click.UsageError("whose limits? name the PROJECT, or `*` for everyone")
    with _store(ctx) as store:
        if given and project is not None:
            known = asdict(store.leases.quotas().get(project, Quota()))
            words: dict[int | str, int | None] = {"none": ENDLESS, "default": None}
            known |= {name: words.get(limit, limit) for name, limit in given.items()}
            store.leases.set_quota(project, Quota(**known))
        found = {name: asdict(quota) for name, quota in store.leases.quotas().items() if project in (None, name)}
    if form == "json":
        result_json(found)
    elif found:
        rows = [[name or "(none)", *map(_limit, quota.values())] for name, quota in found.items()]
        result(table(["PROJECT", "NODES", "ADDRESSES", "VLANS"], rows))
    else:
        result("no limits are set")
    return Exit.OK


def _limit(value: int | None) -> str:
    return "default" if value is None else "none" if value < 0 else str(value)


def _items_of(texts: tuple[str, ...]) -> PoolItems:
    """One transaction is about one pool."""
    found = [parse_items(text) for text in texts]
    if len({items.pool for items in found}) > 1:
        raise click.UsageError("items of several pools; give one pool at a time")
    return PoolItems(found[0].pool, tuple(item for items in found for item in items.items))


def _find(allocations: LeaseStore, what: str) -> list[LeaseRow]:
    if what.count(":") == 5 and len(what) == _MAC_LENGTH:
        return [row for row in allocations.rows() if row.mac == what.lower()]
    try:
        items = parse_items(what)
    except click.UsageError:
        raise click.UsageError(f"{what!r} is neither a MAC nor one of: {_FORMS}") from None
    return allocations.find(items.pool, items.items)


@contextmanager
def _store(ctx: click.Context) -> Iterator[Store]:
    store = options.open_store_of(ctx)
    try:
        yield store
    finally:
        store.close()


def _print(rows: list[LeaseRow], form: str, nothing: str) -> None:
    if form == "json":
        result_json([asdict(row) for row in rows])
    elif rows:
        headers = ["POOL", "WHAT", "MAC", "EXPERIMENT", "HOLDER", "MEMBER", "STATE"]
        result(table(headers, [[r.pool, r.what, r.mac, r.experiment, r.holder, r.member, r.state] for r in rows]))
    else:
        result(nothing)


# -- items as people name them: an address, a range of them, an id of a pool, a node ------------------------------


@dataclass(frozen=True, slots=True)
class PoolItems:
    """Items of one pool as the database counts them: ``ipv4`` addresses and ids as integers, nodes by endpoint name."""

    pool: str
    items: tuple[int | str, ...]


def parse_items(text: str) -> PoolItems:
    """Raises UsageError, with the forms that there are."""
    ids, node = _IDS.fullmatch(text), _NODE.fullmatch(text)
    if node:
        return PoolItems("node", (node["node"],))
    if ids:
        return PoolItems(ids["pool"], _between(int(ids["first"]), int(ids["last"] or ids["first"]), text))
    try:
        if "/" in text:
            network = IPv4Network(text)
            return PoolItems("ipv4", _between(int(network[0]), int(network[-1]), text))
        first, _, last = text.partition("-")
        return PoolItems("ipv4", _between(int(IPv4Address(first)), int(IPv4Address(last or first)), text))
    except ValueError:
        raise click.UsageError(f"{text!r} is none of: {_FORMS}") from None


def _between(first: int, last: int, text: str) -> tuple[int, ...]:
    if not first <= last < first + _MOST:
        raise click.UsageError(f"{text!r}: from 1 to {_MOST} items at once, the lower end first")
    return tuple(range(first, last + 1))
