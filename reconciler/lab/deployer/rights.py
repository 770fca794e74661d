"""Who may deploy on which nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

EVERYTHING = "*"


class Rights:
    """Partitions by user and node; ``*`` stands for every node and every partition."""

    def __init__(self) -> None:
        self._rights: dict[str, dict[str, list[str]]] = {}

    def grant(
        self, user: str, nodes: Iterable[str], partitions: Iterable[str] = (EVERYTHING,)
    ) -> Mapping[str, list[str]]:
        """What was added, by node."""
        added = {node: sorted(partitions) for node in sorted(nodes)}
        of_user = self._rights.setdefault(user, {})
        for node, parts in added.items():
            of_user[node] = sorted({*of_user.get(node, []), *parts})
        return added

    def revoke(self, user: str, nodes: Iterable[str]) -> tuple[str, ...]:
        """The nodes on which ``user`` has lost everything; all of them when ``nodes`` is empty."""
        held = self._rights.get(user, {})
        gone = tuple(sorted(set(nodes) & held.keys() if nodes else held))
        for node in gone:
            del held[node]
        if not held:
            self._rights.pop(user, None)
        return gone

    def allows(self, user: str, nodes: Iterable[str]) -> bool:
        held = self._rights.get(user, {})
        return EVERYTHING in held or all(node in held for node in nodes)

    def of(self, user: str) -> Mapping[str, list[str]]:
        return self._rights.get(user, {})

    def dump(self) -> dict[str, dict[str, list[str]]]:
        return {user: {node: list(parts) for node, parts in held.items()} for user, held in self._rights.items()}

    def load(self, rights: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._rights = {user: {node: list(parts) for node, parts in held.items()} for user, held in rights.items()}
