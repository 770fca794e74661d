"""What the server does to the nodes, as calls that somebody else wires to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.lab.deployer.environment import KadeployEnvironment

DEFAULT_VLAN = "DEFAULT"


@dataclass(slots=True)
class Events:
    """Every field may be set; what is not set does nothing.  Nodes are named as the server names them."""

    on_deploying: Callable[[str], None] = lambda node: None
    """The node boots the small system that writes images: what ran on it is gone."""
    on_set_vlan: Callable[[str, str], None] = lambda node, vlan: None
    """The node's port is moved to this VLAN: `DEFAULT` when a deployment starts, the one asked for near its end."""
    on_deployed: Callable[[str, KadeployEnvironment], None] = lambda node, environment: None
    """The node boots its new environment; it counts as deployed when ``is_up`` says that it answers."""
    on_reboot: Callable[[str], None] = lambda node: None
    on_power: Callable[[str, bool], None] = lambda node, on: None
    is_up: Callable[[str], bool] = lambda node: True
