"""Addresses and ports that two claim: nobody gets them until the inventory is put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.importers.g5k.adapters import Adapter
from reconciler.importers.g5k.nodes import NodeDraft

PortKey = tuple[str, str, str]
"""Site, switch, port."""

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Disputed:
    macs: frozenset[str] = frozenset()
    ips: frozenset[str] = frozenset()
    ports: frozenset[PortKey] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    claimant: str
    adapter: Adapter


def find_disputes(nodes: Mapping[str, Iterable[NodeDraft]]) -> Disputed:
    """Compare all adapters of all ``nodes`` (by site), also those that are not imported; report every clash."""
    macs: dict[str, list[_Claim]] = {}
    ips: dict[str, list[_Claim]] = {}
    ports: dict[PortKey, list[_Claim]] = {}
    for site, node, adapter in ((s, n, a) for s in sorted(nodes) for n in nodes[s] for a in n.adapters):
        kind = adapter.name or repr(adapter.record.text("device") or adapter.record.text("interface"))
        claim = _Claim(f"{node.name}.{site} {kind}", adapter)
        if adapter.mac is not None:
            macs.setdefault(adapter.mac, []).append(claim)
        if adapter.ip is not None:
            ips.setdefault(adapter.ip, []).append(claim)
        if adapter.switch is not None and adapter.port is not None:
            ports.setdefault((site, adapter.switch, adapter.port), []).append(claim)
    return Disputed(
        frozenset(value for value, claims in macs.items() if _clash("I301", f"MAC {value}", "mac", claims)),
        frozenset(value for value, claims in ips.items() if _clash("I302", f"address {value}", "ip", claims)),
        frozenset(
            key
            for key, claims in ports.items()
            if _clash("I303", f"port {key[2]} of switch {key[1]}.{key[0]}", "switch_port", claims)
        ),
    )


def _clash(code: str, what: str, key: str, claims: list[_Claim]) -> bool:
    if len(claims) < 2:
        return False
    names = [claim.claimant for claim in claims]
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    claims[1].adapter.record.report(
        code, f"{what} is claimed by {shown}; none of them gets it", "find out whose it is", key
    )
    return True
