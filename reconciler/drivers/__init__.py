"""Backends: families of drivers.  A folder is a driver when it defines ``connect``; packages of others join by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeAlias

from reconciler.model.driver import Driver
from reconciler.model.errors import Refused
from reconciler.transport.connections import Connections

Connect: TypeAlias = Callable[[Connections], Driver[Any, Any]]

GROUP = "reconciler.drivers"
"""The entry points by which an installed package brings drivers: name = "package.module:connect"."""
_ROOT = Path(__file__).parent


def discover() -> Mapping[str, Connect]:
    """Every driver by its name, sorted: folders of ours, then entry points of others, which replace none of ours."""
    found = {point.name: point.load for point in entry_points(group=GROUP)}
    theirs: dict[str, Connect] = {name: load() for name, load in found.items()}
    return dict(sorted({**theirs, **_drivers_of_ours()}.items()))


def module_of(name: str) -> str:
    """The package of one of our drivers.  Raises KeyError for a name that is no folder's."""
    return _folders()[name]


def find(name: str) -> Connect:
    """The driver of this name; nothing else is imported.

    Raises:
        Refused: there is none; the message lists those that are there.
    """
    connect = _connect_of(name)
    if connect is None:
        point = next(iter(entry_points(group=GROUP, name=name)), None)
        if point is None:
            there = sorted({*_drivers_of_ours(), *_names_of_others()})
            raise Refused(f"no driver is named {name!r}; there are {', '.join(there)}")
        loaded: Connect = point.load()
        return loaded
    return connect


class Connected(Mapping[str, Driver[Any, Any]]):
    """The drivers of one run by name, each connected when it is first asked for."""

    def __init__(self, connections: Connections) -> None:
        self._connections, self._made = connections, dict[str, Driver[Any, Any]]()
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Driver[Any, Any]:
        """Raises Refused for a name that no driver has."""
        with self._lock:
            if name not in self._made:
                self._made[name] = find(name)(self._connections)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(discover())

    def __len__(self) -> int:
        return len(discover())


class Members(Collection[str]):
    """The names of a family's drivers, none imported; those that packages of others bring count for every family."""

    def __init__(self, family: str) -> None:
        self._ours = frozenset(init.parent.name for init in (_ROOT / family).glob("*/__init__.py"))

    def __contains__(self, name: object) -> bool:
        return name in self._ours or name in _names_of_others()

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._ours | _names_of_others()))

    def __len__(self) -> int:
        return len(self._ours | _names_of_others())


def _names_of_others() -> frozenset[str]:
    return frozenset(point.name for point in entry_points(group=GROUP))


def _drivers_of_ours() -> dict[str, Connect]:
    return {name: connect for name in _folders() if (connect := _connect_of(name)) is not None}


def _connect_of(name: str) -> Connect | None:
    module = _folders().get(name)
    return None if module is None else getattr(import_module(module), "connect", None)


def _folders() -> Mapping[str, str]:
    """Packages by the last part of their name: ``xen`` is ``reconciler.drivers.host.xen``."""
    inits = sorted((*_ROOT.glob("*/__init__.py"), *_ROOT.glob("*/*/__init__.py")))
    parts = [init.parent.relative_to(_ROOT).parts for init in inits]
    found = {each[-1]: ".".join((__name__, *each)) for each in parts}
    if len(found) != len(parts):
        raise AssertionError(f"two folders of drivers have one name, among {sorted(found.values())}")
    return found
