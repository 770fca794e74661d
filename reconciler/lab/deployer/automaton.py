"""The steps of a deployment, a reboot and a power change, and how long they take."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

BASE_S = 0.02
"""Seconds of one micro-step at the usual pace, before its weight and each node's jitter."""


@dataclass(frozen=True, slots=True)
class Micro:
    """``weight`` is its share of time; ``state`` what a node in it is said to be doing."""

    name: str
    weight: float = 1.0
    state: str = "ok"


@dataclass(frozen=True, slots=True)
class Macro:
    """``kind`` is the slot it fills in the automaton; ``timeout_s`` is what `/info` says of it."""

    kind: str
    name: str
    micros: tuple[Micro, ...]
    timeout_s: int = 300


def _macro(kind: str, variant: str, *names: str) -> Macro:
    weights = {"wait_reboot": 4.0, "send_environment": 4.0, "dummy": 2.0, "set_vlan": 0.3, "switch_pxe": 0.3}
    states = {"wait_reboot": "reboot_in_progress"}
    micros = tuple(Micro(name, weights.get(name, 1.0), states.get(name, "ok")) for name in names)
    return Macro(kind, kind + variant, micros)


SET_UNTRUSTED = _macro(
    "SetDeploymentEnv",
    "Untrusted",
    *("set_vlan", "switch_pxe", "reboot", "wait_reboot", "send_key_in_deploy_env"),
    *("create_partition_table", "format_deploy_part", "mount_deploy_part"),
)
BROADCAST = _macro(
    "BroadcastEnv", "Kascade", "send_environment", "manage_admin_post_install", "install_bootloader", "sync"
)
BOOT_HARD = _macro("BootNewEnv", "HardReboot", "switch_pxe", "reboot", "set_vlan", "wait_reboot")

DEPLOY: tuple[Macro, ...] = (SET_UNTRUSTED, BROADCAST, BOOT_HARD)
DUMMY: tuple[Macro, ...] = (
    _macro("SetDeploymentEnv", "Dummy", "dummy", "dummy"),
    _macro("BroadcastEnv", "Dummy", "dummy", "dummy"),
    _macro("BootNewEnv", "Dummy", "dummy", "dummy"),
)
"""Steps that do nothing, as a site configures them to test the server."""
REBOOT: Mapping[str, tuple[Macro, ...]] = {
    "simple": (_macro("Simple", "", "reboot", "wait_reboot"),),
    "set_pxe": (_macro("SetPXE", "", "switch_pxe", "reboot", "wait_reboot"),),
    "deploy_env": (_macro("DeployEnv", "", "set_vlan", "switch_pxe", "reboot", "wait_reboot"),),
    "recorded_env": (_macro("RecordedEnv", "", "switch_pxe", "reboot", "wait_reboot"),),
}
POWER: Mapping[str, tuple[Macro, ...]] = {"on": (_macro("On", "", "power"),), "off": (_macro("Off", "", "power"),)}


@dataclass(frozen=True, slots=True)
class Tempo:
    """``pace`` number ranges every step; 0 takes no time.  A real deployment is some 600 times slower than pace 1."""

    chance: random.Random
    pace: float

    def draw(self, micro: Micro) -> float:
        """Seconds for one node; nodes differ by up to a half."""
        return BASE_S * micro.weight * self.pace * self.chance.uniform(0.75, 1.25)

    @property
    def preparation_s(self) -> float:
        return BASE_S * self.pace
