"""Experiments made in code on the lab's default sites, as many as a property needs, without reading YAML each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from reconciler.allocation.allocate import Assignment, allocate
from reconciler.compile.experiment import Resources, compile_experiment
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from reconciler.spec.load import load
from reconciler.spec.site import Site
from tests.spec.samples import IMAGES, SITES

NAME = "exp"


@cache
def catalogue() -> Catalogue:
    """Lille and Nancy with five nodes each, and the images of `specs/`."""
    return load({**SITES, **IMAGES})


def with_site(name: str, **spec: Any) -> Catalogue:
    """The default catalogue with fields of one site's spec replaced, keys as in a document."""
    known = catalogue()
    data = known.sites[name].model_dump(mode="json", by_alias=True, exclude_unset=True)
    site = Site.model_validate_json(_json({**data, "spec": {**data["spec"], **spec}}))
    return replace(known, sites={**known.sites, name: site})


def experiment(
    *, nodes: list[Any] | None = None, networks: list[Any] | None = None, vms: list[Any] | None = None
) -> Experiment:
    """By default four VMs on two nodes of Lille, in one isolated network."""
    spec = {
        "nodes": nodes if nodes is not None else [group()],
        "networks": networks if networks is not None else [network()],
        "vms": vms if vms is not None else [guests()],
    }
    document = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": NAME}, "spec": spec}
    return Experiment.model_validate_json(_json(document))


def group(**fields: Any) -> dict[str, Any]:
    counted = {} if "nodes" in fields else {"count": 2}
    return {"name": "hosts", "site": "lille", "image": "debian-xen", **counted, **fields}


def network(**fields: Any) -> dict[str, Any]:
    return {"name": "lan", "kind": "local", "sites": ["lille"], **fields}


def guests(**fields: Any) -> dict[str, Any]:
    counted = {} if "perHost" in fields else {"count": 4}
    return {"name": "vm", "on": "hosts", "image": "tiny", "memory": "256MiB", "networks": ["lan"], **counted, **fields}


def book_of(resources: Resources, **others: Any) -> Allocations:
    """What is in the state database once all of this was made."""
    return Allocations(recorded=dict(resources), **others)


def choose(wanted: Experiment, allocations: Allocations | None = None, sites: Catalogue | None = None) -> Assignment:
    return allocate(wanted, sites or catalogue(), allocations or Allocations())


def make(wanted: Experiment, allocations: Allocations | None = None, sites: Catalogue | None = None) -> Resources:
    """Choose and compile, as each pass does."""
    allocations = allocations or Allocations()
    found = compile_experiment(wanted, sites or catalogue(), choose(wanted, allocations, sites), allocations)
    return dict(found.resources)


def settle(wanted: Experiment, allocations: Allocations | None = None, **others: Any) -> Allocations:
    """The books after enough passes: what lingers for a pass is given back."""
    resources = make(wanted, allocations)
    return book_of(make(wanted, book_of(resources, **others)), **others)


def of_kind(resources: Mapping[Address, Resource[Any]], kind: str) -> dict[str, Resource[Any]]:
    return {address.name: resource for address, resource in resources.items() if address.kind == kind}


def _json(value: object) -> str:
    return json.dumps(value)
