"""Builds the store, drivers, pools and clock; the only place that knows them all."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.loop.run_context import Drivers
from reconciler.model.errors import Refused
from reconciler.runs.context import Context, Stop, utc_now
from reconciler.store.database import Database
from reconciler.store.store import Store

if TYPE_CHECKING:
    from reconciler.model.secret import Secret
    from reconciler.spec.catalogue import Catalogue
    from reconciler.spec.site import DeployerAccess, ServiceAccess, Site
    from reconciler.transport.connections import Service
    from reconciler.transport.contact import Contact

DEFAULT_PARALLELISM = 32


def state_folder(given: str | None = None) -> Path:
    """Where state lives: as given, else ``$RECONCILER_STATE_DIR``, else the user's state directory."""
    chosen = given or os.environ.get("RECONCILER_STATE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_state_path

    return user_state_path("reconciler")


def open_store(folder: Path, url: str | None = None) -> Store:
    """On the PostgreSQL server that ``url``, else ``$RECONCILER_STORE``, names; else in the folder's own file."""
    chosen = url or os.environ.get("RECONCILER_STORE")
    if not chosen:
        return Store(Database(folder / "state.db"), utc_now)
    from reconciler.extras import require_extra

    require_extra("postgresql", "a store on PostgreSQL")
    from reconciler.store.postgres import PostgresDatabase

    database = PostgresDatabase(chosen)
    return Store(database, database.now)


@contextmanager
def open_context(
    folder: Path,
    catalogue: Catalogue,
    files: Mapping[str, str],
    parallelism: int = DEFAULT_PARALLELISM,
    store_url: str | None = None,
) -> Iterator[Context]:
    """Store, drivers and connections for the sites of ``catalogue``; everything is closed at the end."""
    catalogue = with_lab(catalogue, folder)
    store = open_store(folder, store_url)
    pool = ThreadPoolExecutor(parallelism, thread_name_prefix="endpoint")
    stop = Stop()
    with closing_all() as closers:
        closers.append(store.close)
        drivers = _drivers(catalogue, store, stop, closers)
        try:
            yield Context(catalogue, files, store, drivers, pool, stop)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def closing_all() -> Iterator[list[Any]]:
    closers: list[Any] = []
    try:
        yield closers
    finally:
        for close in reversed(closers):
            close()


def _drivers(catalogue: Catalogue, store: Store, stop: Stop, closers: list[Any]) -> Drivers:
    from reconciler.drivers import Connected
    from reconciler.transport.connections import Connections

    sites = catalogue.sites.values()
    connections = Connections(
        {name: contact for site in sites for name, contact in _node_contacts(site)},
        {name: contact for site in sites for name, contact in _switch_contacts(site)},
        _services(sites),
        store.leases,
        clock=lambda: math.inf if stop() else time.monotonic(),
        pause=stop.pause,
        closers=closers,
    )
    return Connected(connections)


def _services(sites: Iterable[Site]) -> Mapping[str, Mapping[str, Service]]:
    """By driver and site."""
    from reconciler.transport.connections import Service

    found: dict[str, dict[str, Service]] = {}
    for site in sites:
        access = site.spec.deployer
        if access.url is not None:
            options = {"headerPrefix": access.header_prefix}
            service = Service(access.url, access.user, _password(access), options)
            found.setdefault(access.driver, {})[site.metadata.name] = service
        for each in site.spec.services:
            service = Service(each.url, each.user, _password(each))
            found.setdefault(each.driver, {})[site.metadata.name] = service
    return found


def _node_contacts(site: Site) -> Iterator[tuple[str, Contact]]:
    from reconciler.transport.contact import Contact

    access, spec = site.spec.hosts, site.spec
    for node in spec.nodes:
        address = node.address or f"{node.name}.{spec.domain}"
        port = node.port or access.port
        yield (
            f"{node.name}.{site.metadata.name}",
            Contact(address, port, access.user, node.host_key or "", _identity(access.identity_file)),
        )


def _switch_contacts(site: Site) -> Iterator[tuple[str, Contact]]:
    from reconciler.transport.contact import Contact

    access, spec = site.spec.switch_access, site.spec
    for switch in spec.switches:
        address = switch.address or f"{switch.name}.{spec.domain}"
        port = switch.port or access.port
        yield (
            f"{switch.name}.{site.metadata.name}",
            Contact(address, port, access.user, switch.host_key or "", _identity(access.identity_file)),
        )


def _password(access: DeployerAccess | ServiceAccess) -> Callable[[], Secret] | None:
    """Read when it is sent, so that it is in memory no longer than that, and a changed one counts at once."""
    from reconciler.transport.safe import Safe

    return None if access.password is None else partial(Safe(secrets_folder()).fetch, access.password)


def secrets_folder() -> Path:
    """Where ``secret://`` references are looked up: ``$RECONCILER_SECRETS_DIR``, else the user's configuration."""
    chosen = os.environ.get("RECONCILER_SECRETS_DIR")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_config_path

    return user_config_path("reconciler") / "secrets"


def _identity(path: str | None) -> str:
    return str(Path(path).expanduser()) if path else ""


# -- the lab ---------------------------------------------------------------------------------------


def lab_site_texts(folder: Path) -> Mapping[str, str]:
    """The Site documents of the lab in this state directory, with where its devices answer; none without a lab."""
    sites = sorted((folder / "lab" / "sites").glob("*.yaml"))
    return {str(path): path.read_text(encoding="utf-8") for path in sites}


def with_lab(catalogue: Catalogue, folder: Path) -> Catalogue:
    """Replace each site that says ``access: lab`` by what the lab says of it.

    Raises:
        Refused: there is no lab, or it has no such site.
    """
    from reconciler.extras import known_drivers
    from reconciler.spec.limits import Limits
    from reconciler.spec.load import load
    from reconciler.spec.site import Access

    wanted = [name for name, site in catalogue.sites.items() if site.spec.access is Access.LAB]
    if not wanted:
        return catalogue
    texts = lab_site_texts(folder)  # larger than what the lab was given: it adds where its devices answer
    limits = Limits.for_bytes(max([SITE_BYTES, *(len(text.encode()) for text in texts.values())]))
    known = load(texts, limits, known_drivers()).sites
    missing = sorted(set(wanted) - set(known))
    if missing:
        raise Refused(f"site {missing[0]} says `access: lab`, and no lab runs with it; `reconciler lab start` first")
    return replace(catalogue, sites={**catalogue.sites, **{name: known[name] for name in wanted}})


SITE_BYTES = 4 * 1024 * 1024
"""Site documents may be larger than what people write by hand: they are imported."""
