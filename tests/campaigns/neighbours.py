"""Experiments that share a testbed: their documents, and whether any two of them ever met on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.campaigns.command_line import CommandLine

IMAGES = ("-f", "specs/environments")
LAB = ("--site", "specs/sites", "--site", "specs/environments")
"""What the lab is to be started with: it then knows the images too."""


def write(folder: Path, name: str, spec: Mapping[str, Any]) -> tuple[str, ...]:
    """An experiment in a file of its own; the words that name it and its images to a command."""
    experiment = {
        "apiVersion": "reconciler/v1alpha1",
        "kind": "Experiment",
        "metadata": {"name": name},
        "spec": dict(spec),
    }
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(experiment))
    return ("-f", str(file), *IMAGES)


def write_neighbour(folder: Path, name: str) -> tuple[str, ...]:
    """Less than half of the lab: VMs at Lille, and nodes of Nancy that are on one of their networks themselves."""
    nodes = [
        {"name": "hosts", "site": "lille", "count": 2, "image": "debian-xen"},
        {"name": "bare", "site": "nancy", "count": 2, "image": "debian", "networks": ["lan"]},
    ]
    networks = [
        {"name": "near", "kind": "local", "sites": ["lille"]},
        {"name": "lan", "kind": "global", "sites": ["lille", "nancy"]},
    ]
    vms = [_vms("web", 4, ["lan", "near"]), _vms("job", 2, ["near"])]
    return write(folder, name, {"nodes": nodes, "networks": networks, "vms": vms})


def find_meetings(line: CommandLine, names: Iterable[str]) -> list[set[str]]:
    """Groups that ever were in one broadcast domain, with machines or marked ports of more than one experiment."""
    wanted = tuple(names)
    groups = [{vm["name"] for vm in group["vms"]} for group in line.ask_lab("history")]
    return [group for group in groups if len(owners(group, wanted)) > 1]


def owners(members: Iterable[str], names: Iterable[str]) -> set[str]:
    """Whose machines and ports these are."""
    return {name for name in names for member in members if member.startswith(f"{name}-") or f":{name}:" in member}


def _vms(name: str, count: int, networks: list[str]) -> dict[str, Any]:
    return {"name": name, "count": count, "on": "hosts", "image": "tiny", "memory": "128MiB", "networks": networks}
