"""What clients send to start an operation, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.lab.deployer.errors import (
    KadeployError,
    invalid_environment,
    invalid_nodes,
    invalid_option,
    invalid_vlan,
)

LEVELS = ("soft", "hard", "very_hard")


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """``environment`` is still what was sent: a reference, or a whole description."""

    nodes: tuple[str, ...]
    force: bool = False
    vlan: str | None = None
    environment: Mapping[str, Any] | None = None
    kind: str = ""
    check_destructive: bool = False


def parse_deployment(body: Mapping[str, Any], known: Mapping[str, object], vlans: frozenset[str]) -> OperationRequest:
    """Raises KadeployError: code 2 (nodes), 7 (no environment) or 9 (VLAN)."""
    nodes = _nodes(body, known)
    environment = body.get("environment")
    if not isinstance(environment, dict):
        raise invalid_environment("Parameter 'environment': mandatory")
    return OperationRequest(nodes, _flag(body, "force"), _vlan(body, vlans), environment)


def parse_reboot(body: Mapping[str, Any], known: Mapping[str, object], vlans: frozenset[str]) -> OperationRequest:
    kind = _choice(body, "kind", ("set_pxe", "simple", "deploy_env", "recorded_env"))
    _choice({"level": "soft"} | dict(body), "level", LEVELS)
    environment = body.get("environment")
    if kind == "recorded_env" and not isinstance(environment, dict):
        raise invalid_environment("Parameter 'environment': mandatory")
    return OperationRequest(
        _nodes(body, known),
        _flag(body, "force"),
        _vlan(body, vlans),
        environment,
        kind,
        _flag(body, "check_destructive"),
    )


def parse_power(body: Mapping[str, Any], known: Mapping[str, object]) -> OperationRequest:
    _choice({"level": "soft"} | dict(body), "level", LEVELS)
    return OperationRequest(_nodes(body, known), _flag(body, "force"), kind=_choice(body, "status", ("on", "off")))


def _nodes(body: Mapping[str, Any], known: Mapping[str, object]) -> tuple[str, ...]:
    nodes = body.get("nodes")
    if nodes is None:
        raise KadeployError("Invalid node list -- Parameter 'nodes': mandatory", 2)
    if not isinstance(nodes, list) or not nodes or not all(isinstance(node, str) for node in nodes):
        raise invalid_nodes("must be an array of node names")
    for node in nodes:
        if node not in known:
            raise invalid_nodes(f"The node '{node}' does not exist")
    return tuple(dict.fromkeys(nodes))


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if value not in (True, False, "true", "false"):
        raise invalid_option(f"Parameter '{name}': must be a boolean")
    return value in (True, "true")


def _choice(body: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = body.get(name)
    if value not in allowed:
        raise invalid_option(f"Parameter '{name}': expected one of {', '.join(allowed)}")
    return str(value)


def _vlan(body: Mapping[str, Any], vlans: frozenset[str]) -> str | None:
    value = body.get("vlan")
    if value is None:
        return None
    if not isinstance(value, str):
        raise invalid_vlan("Parameter 'vlan': must be a string")
    if value not in vlans:
        raise invalid_vlan(f"The nodes' names in the VLAN {value} cannot be resolved")
    return value
