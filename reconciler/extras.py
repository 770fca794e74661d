"""The optional parts of the installation, and the libraries that each brings."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from reconciler.model.errors import NotInstalled

if TYPE_CHECKING:
    from reconciler.spec.check_drivers import KnownDrivers

EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {"lab": ("aiohttp", "asyncssh"), "postgresql": ("psycopg",)}
"""As in ``pyproject.toml``, which only an installer reads."""


def require_extra(extra: str, purpose: str) -> None:
    """Look for the libraries of ``extra`` without importing them.

    Raises:
        NotInstalled: one is missing; the message says what for, and which command installs it.
    """
    missing = [library for library in EXTRAS[extra] if find_spec(library) is None]
    if missing:
        raise NotInstalled(
            f"{purpose} needs {' and '.join(missing)}, not installed here; run `pip install 'reconciler[{extra}]'`"
        )


def known_drivers() -> KnownDrivers:
    """The names that documents may call drivers by, of ours and of installed packages."""
    from reconciler.drivers import Members
    from reconciler.spec.check_drivers import KnownDrivers

    return KnownDrivers(Members("host"), Members("switch"), Members("image"), Members("service"))
