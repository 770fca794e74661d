"""``graph``: the topology of what documents ask for, as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result

if TYPE_CHECKING:
    from reconciler.drawing.figure import Figure
    from reconciler.drawing.survey import Sketch
    from reconciler.resources.allocations import Allocations
    from reconciler.spec.catalogue import Catalogue
    from reconciler.spec.experiment import Experiment


@click.command("graph")
@options.documents
@options.output("mermaid", "dot", "svg")
@click.option("--each-host", is_flag=True, help="Draw every host; by default many that are alike are one box.")
def graph_command(sources: options.Sources, form: str, each_host: bool) -> int:
    """Draw the topology of experiments: sites, switches, cables with their VLANs, hosts and VMs.

    Asks no device: what was chosen before (nodes, addresses, VLAN ids) is drawn as recorded, the rest as `plan`
    would choose it now.
    """
    from reconciler.cli.diagnostics import checked
    from reconciler.drawing.dot import render_dot
    from reconciler.drawing.fold import fold
    from reconciler.drawing.mermaid import render_mermaid
    from reconciler.drawing.svg import render_svg

    figure = draw(checked(sources.read(), sources.max_file_size), sources.folder)
    render = {"mermaid": render_mermaid, "dot": render_dot, "svg": render_svg}[form]
    result(render(figure if each_host else fold(figure)).rstrip("\n"))
    return Exit.OK


def draw(catalogue: Catalogue, folder: Path) -> Figure:
    """The figure of all experiments of ``catalogue``, with what the store in ``folder`` holds for them."""
    from reconciler.cli.options import store_url
    from reconciler.drawing.survey import survey
    from reconciler.resources.allocations import Allocations
    from reconciler.wiring import open_store

    experiments = [experiment for _, experiment in sorted(catalogue.experiments.items())]
    if not experiments:
        raise click.UsageError("no Experiment among these documents")
    if not (store_url() or (folder / "state.db").exists()):
        return survey(_sketches(experiments, catalogue, [Allocations() for _ in experiments]), catalogue)
    store = open_store(folder, store_url())
    try:
        books = [store.allocations(experiment.metadata.name) for experiment in experiments]
    finally:
        store.close()
    return survey(_sketches(experiments, catalogue, books), catalogue)


def _sketches(experiments: list[Experiment], catalogue: Catalogue, books: list[Allocations]) -> list[Sketch]:
    """Choose for one experiment after the other; none is given what another before it has."""
    from reconciler.allocation.allocate import allocate
    from reconciler.compile.wiring import wire
    from reconciler.drawing.survey import Sketch

    found: list[Sketch] = []
    for experiment, allocations in zip(experiments, books, strict=True):
        assignment = allocate(experiment, catalogue, _after(found, allocations))
        found.append(Sketch(experiment, assignment, wire(experiment, catalogue, assignment)))
    return found


def _after(sketches: list[Sketch], allocations: Allocations) -> Allocations:
    """The allocations once these experiments have what was chosen for them."""
    from dataclasses import replace

    nodes, addresses, ids = (
        dict(allocations.taken_nodes),
        dict(allocations.taken_addresses),
        dict(allocations.taken_ids),
    )
    for sketch in sketches:
        holder, assignment = sketch.experiment.metadata.name, sketch.assignment
        nodes |= {node: holder for group in assignment.nodes.values() for node in group}
        runs = (run for found in assignment.leases.values() for run in found)
        addresses |= {number: holder for run in runs for _, number in run.pairs()}
        ids |= {item: holder for found in assignment.ids.values() for item in found}
    return replace(allocations, taken_nodes=nodes, taken_addresses=addresses, taken_ids=ids)
