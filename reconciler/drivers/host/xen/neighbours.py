"""Who answered ARP on a host: ``ip neigh`` to MACs by address.  Pure."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.transport.decoding import parse_json

LIST = "ip -j neigh show"

_ANSWERED = frozenset({"REACHABLE", "STALE", "DELAY", "PROBE"})


def parse_neighbours(text: str) -> Mapping[str, frozenset[str]]:
    """The MACs that have answered for each address.

    Raises:
        ValueError: not what ip prints.
    """
    found: dict[str, frozenset[str]] = {}
    try:
        for entry in parse_json(text or "[]"):
            if "lladdr" in entry and _ANSWERED & set(entry.get("state") or ()):
                address = str(entry["dst"])
                found[address] = found.get(address, frozenset()) | {str(entry["lladdr"]).lower()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"ip neigh is not the list of neighbours it should be: {error!r:.120}") from error
    return found
