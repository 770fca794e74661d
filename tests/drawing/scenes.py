"""Experiments on sites of their own, and the figures of them."""

from __future__ import annotations

from pathlib import Path

from reconciler.allocation.allocate import allocate
from reconciler.compile.wiring import wire
from reconciler.drawing.figure import Figure
from reconciler.drawing.survey import Sketch, survey
from reconciler.resources.allocations import Allocations
from reconciler.spec.load import load

ROOT = Path(__file__).parents[2]
_HEAD = "apiVersion: reconciler/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n"

EVERYTHING = """
  nodes:
    - {name: a, site: lille, count: 3, image: debian-xen}
    - {name: b, site: nancy, count: 3, image: debian-xen, spares: 1}
    - {name: bare, site: lille, count: 1, networks: [back]}
    - {name: c, site: lille, count: 1, image: debian-xen}
  networks:
    - {name: lan, kind: global, sites: [lille, nancy], addresses: 10.136.16.0/24}
    - {name: back, kind: local, sites: [lille], addresses: 10.136.18.0/24}
    - {name: out, kind: routed, sites: [nancy]}
    - {name: prod, kind: shared, sites: [lille]}
  vms:
    - {name: web, count: 10, on: a, image: tiny, memory: 256MiB, networks: [lan, back]}
    - {name: p, count: 2, on: c, image: tiny, memory: 256MiB, networks: [prod]}
    - {name: db, count: 12, on: b, image: tiny, memory: 256MiB, networks: [lan, out]}
"""


def texts_of(*folders: str) -> dict[str, str]:
    files = (file for folder in folders for file in sorted((ROOT / folder).glob("*.yaml")))
    return {str(file): file.read_text() for file in files}


def figure_of(files: dict[str, str]) -> Figure:
    catalogue = load(files)
    sketches = []
    for experiment in catalogue.experiments.values():
        assignment = allocate(experiment, catalogue, Allocations())
        sketches.append(Sketch(experiment, assignment, wire(experiment, catalogue, assignment)))
    return survey(sketches, catalogue)


def everything() -> Figure:
    """Every kind of network, bare nodes and a spare, on the project's own sites."""
    document = _HEAD.format(kind="Experiment", name="all") + EVERYTHING
    return figure_of({"all.yaml": document, **texts_of("specs/sites", "specs/environments")})


def quickstart() -> Figure:
    text = (ROOT / "examples/quickstart.yaml").read_text()
    return figure_of({"quickstart.yaml": text, **texts_of("specs/sites")})


def many(hosts: int, vms: int) -> Figure:
    """One site, so many hosts over three switches in a row, so many VMs on them."""
    nodes = "\n".join(
        f"    - {{name: n-{i}, cluster: plain, memory: 64GiB, interfaces: [{{name: eth0, management: true}},"
        f" {{name: eth1, switch: sw-{i % 3}, port: Ethernet{i}}}]}}"
        for i in range(hosts)
    )
    site = (
        _HEAD.format(kind="Site", name="plain")
        + "  domain: plain.test\n  access: lab\n  addresses: {space: 10.0.0.0/12}\n  vlans: {local: 700-709}\n"
        + f"  nodes:\n{nodes}\n  switches: [{{name: sw-0}}, {{name: sw-1}}, {{name: sw-2}}]\n"
        + "  links:\n    - between: [{switch: sw-0, port: up}, {switch: sw-1, port: down}]\n"
        + "    - between: [{switch: sw-1, port: up}, {switch: sw-2, port: down}]\n"
    )
    experiment = _HEAD.format(kind="Experiment", name="many") + (
        f"  nodes: [{{name: h, site: plain, count: {hosts}, image: debian-xen}}]\n"
        "  networks: [{name: lan, kind: local, sites: [plain]}]\n"
        f"  vms: [{{name: worker, count: {vms}, on: h, image: tiny, memory: 64MiB, networks: [lan]}}]\n"
    )
    return figure_of({"site.yaml": site, "many.yaml": experiment, **texts_of("specs/environments")})
