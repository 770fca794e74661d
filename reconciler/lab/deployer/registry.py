"""The environments registered on a server, and who may use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.lab.deployer.environment import KadeployEnvironment
from reconciler.lab.deployer.errors import KadeployError, invalid_environment, not_found


class Registry:
    """Environments by owner, name and version."""

    def __init__(self, environments: Iterable[KadeployEnvironment]) -> None:
        self._environments = {(entry.user, entry.name, entry.version): entry for entry in environments}

    def __iter__(self) -> Iterator[KadeployEnvironment]:
        return iter(self._environments.values())

    def add(self, environment: KadeployEnvironment) -> None:
        key = (environment.user, environment.name, environment.version)
        if key in self._environments:
            raise KadeployError(
                f"Element already exists -- An environment with the name {environment.name} and the version "
                f"{environment.version} has already been recorded for the user {environment.user}",
                10,
            )
        self._environments[key] = environment

    def number(self, environment: KadeployEnvironment) -> int | None:
        """Its row in the server's table; None for one that was never registered."""
        return next((row for row, entry in enumerate(self, 1) if entry == environment), None)

    def find(self, asker: str, user: str, name: str, version: int | None) -> KadeployEnvironment:
        """One version, the highest when none is asked for.

        Raises:
            KadeployError: code 7, there is none that ``asker`` may see.
        """
        found = [
            entry for entry in self.visible(asker, user) if entry.name == name and version in (None, entry.version)
        ]
        if not found:
            shown = f"{name}, version {version}, of {user}" if version is not None else f"{name}, of {user}"
            raise invalid_environment(f"the environment {shown} does not exist")
        return max(found, key=lambda entry: entry.version)

    def visible(self, asker: str, user: str | None = None) -> list[KadeployEnvironment]:
        """Of everybody, or of one user; private ones only to their owner."""
        return [
            entry
            for entry in self
            if user in (None, entry.user) and (entry.user == asker or entry.visibility != "private")
        ]

    def delete(self, asker: str, name: str, version: int | None) -> list[KadeployEnvironment]:
        """Forget one's own; nodes that run it are not touched."""
        gone = [
            entry for entry in self if entry.user == asker and entry.name == name and version in (None, entry.version)
        ]
        if not gone:
            raise not_found()
        for entry in gone:
            del self._environments[entry.user, entry.name, entry.version]
        return gone
