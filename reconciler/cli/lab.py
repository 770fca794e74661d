"""``reconciler lab``: the emulated testbed, started, looked at, broken and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import output
from reconciler.cli.output import result, result_json

if TYPE_CHECKING:
    from reconciler.lab.persistence import Folder


@click.group()
def lab() -> None:
    """Run an emulated testbed on this machine: hosts, switches and deployers that answer on loopback."""


@lab.command()
@click.option(
    "--site",
    "sites",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="File or directory with Site documents (and Environments its deployer knows); may be given again.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of latencies and failures.")
@click.option("--fast", is_flag=True, help="No emulated latencies.")
@click.pass_obj
def start(state_dir: str | None, sites: tuple[Path, ...], seed: int, fast: bool) -> None:
    """Start the lab in the background; it goes on where it was stopped.

    Without --site it has the sites it had before or, the first time, two of its own.
    """
    from reconciler.lab import launch

    started = launch.start(_folder(state_dir), _read_files(sites), seed=seed, fast=fast)
    what = "runs already" if started.already else "runs"
    result(f"The lab {what}: {', '.join(started.sites)} (process {started.pid}).")


@lab.command()
@click.pass_obj
def stop(state_dir: str | None) -> None:
    """Stop the lab; its state is kept."""
    from reconciler.lab import launch

    ended = launch.stop(_folder(state_dir))
    result("The lab has stopped." if ended else "The lab was not running.")


@lab.command()
@click.pass_obj
def reset(state_dir: str | None) -> None:
    """Put every device back to the state it had at first, and the counters to zero."""
    from reconciler.lab import launch

    launch.reset(_folder(state_dir))
    result("The lab is as it was at first.")


@lab.command()
@output("text", "json")
@click.pass_obj
def status(state_dir: str | None, form: str) -> None:
    """Say what runs, what it was asked and did, and what is on its devices that was not there at first."""
    found = _ask_or_none(state_dir, "status")
    if form == "json":
        result_json(found or {"running": False})
    else:
        result(render_status(found) if found else "The lab is not running; `reconciler lab start` starts it.")


@lab.command()
@click.option("--history", is_flag=True, help="All that ever saw each other, since the start or the last reset.")
@output("text", "json")
@click.pass_obj
def reach(state_dir: str | None, history: bool, form: str) -> None:
    """Say which machines can see each other, from the state of the switches alone."""
    found = _ask(state_dir, "history" if history else "reach")
    if form == "json":
        result_json(found)
    else:
        result(render_history(found) if history else render_reach(found))


@lab.command()
@click.pass_obj
def sites(state_dir: str | None) -> None:
    """Print the folder of the Site documents that have the lab's addresses and keys in them."""
    result(str(_folder(state_dir).sites))


@lab.command(name="break", context_settings={"ignore_unknown_options": True})
@click.argument("sort", type=click.Choice(["host", "switch", "deployer"]))
@click.argument("device")
@click.argument("fault")
@click.argument("arguments", nargs=-1)
@click.option("--count", type=click.IntRange(min=1), help="How many times; until `clear` by default.")
@click.option("--delay", type=click.FloatRange(0, 86400), default=0.0, help="Seconds, for faults that wait.")
@click.pass_obj
def break_(
    state_dir: str | None,
    sort: str,
    device: str,
    fault: str,
    arguments: tuple[str, ...],
    count: int | None,
    delay: float,
) -> None:
    """Make a device misbehave, or change it behind the tool's back; `clear` mends it.

    \b
    lab break host griffon-1.nancy offline
    lab break host griffon-1.nancy kill-domain web-0
    lab break host griffon-1.nancy swap-image debian-min
    lab break switch sw-1.lille move-port Ethernet11 705
    lab break switch sw-1.lille refuse --count 1
    lab break deployer lille fail-node chinqchint-1.lille.lab.test reboot
    lab break deployer lille clear
    """
    said = _ask(
        state_dir, "break", sort=sort, device=device, fault=fault, arguments=arguments, count=count, delay_s=delay
    )
    result(said)


def _folder(state_dir: str | None) -> Folder:
    """Every command asks for it first, so that none begins without the lab's libraries; ``--help`` needs neither."""
    from reconciler.extras import require_extra
    from reconciler.lab.persistence import Folder

    require_extra("lab", "`reconciler lab`")

    return Folder.under(Path(state_dir).expanduser() if state_dir else None)


def _ask(state_dir: str | None, command: str, **arguments: object) -> Any:
    from reconciler.lab import control

    return control.ask(_folder(state_dir).socket, command, **arguments)


def _ask_or_none(state_dir: str | None, command: str) -> Any:
    """None when no lab runs; a lab that runs and does not answer is an error."""
    from reconciler.lab import launch

    return _ask(state_dir, command) if launch.running_pid(_folder(state_dir)) else None


def _read_files(paths: tuple[Path, ...]) -> dict[str, str] | None:
    files = [file for path in paths for file in (sorted(path.rglob("*.y*ml")) if path.is_dir() else [path])]
    return {str(file): file.read_text() for file in files} if paths else None


# -- answers as text -----------------------------------------------------------------------------------


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
