"""The lab's answers as text for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def render_status(status: Mapping[str, Any]) -> str:
    """What runs, what was asked of it, and on which devices something is left or broken."""
    devices = status["devices"]
    lines = [
        f"The lab runs: {', '.join(status['sites'])} (process {status['pid']}).",
        f"State: {status['state']}",
        "",
        *_table([(kind, str(sum(d["kind"] == kind for d in devices))) for kind in ("deployer", "switch", "host")]),
        "",
        *_table([(name, str(count)) for name, count in status["totals"].items()]),
    ]
    noted = [(device["endpoint"], _note(device)) for device in devices if _note(device)]
    return "\n".join([*lines, *(["", *_table(noted)] if noted else [])])


def render_reach(groups: Sequence[Mapping[str, Any]]) -> str:
    """One paragraph for every group of machines that see each other."""
    with_vms = [group for group in groups if group["vms"]]
    paragraphs = [
        "\n".join([f"{len(group['vms'])} VMs see each other:", *_table(_vm_rows(group["vms"]))]) for group in with_vms
    ]
    return "\n\n".join(paragraphs) or "No VM runs."


def render_history(groups: Sequence[Mapping[str, Any]]) -> str:
    """One line for every group that ever was, the members by name."""
    lines = [f"{group['seconds']:9.3f} s  {' '.join(vm['name'] for vm in group['vms'])}" for group in groups]
    return "\n".join(lines) or "No two VMs have seen each other."


def _note(device: Mapping[str, Any]) -> str:
    faults = [f"broken: {fault}" for fault in device["faults"]]
    left = [f"{len(names)} {what}" for what, names in device["leftovers"].items() if names]
    return ", ".join(left + faults)


def _vm_rows(vms: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    return [(f"  {vm['name']}", vm["host"], vm["mac"]) for vm in vms]


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
