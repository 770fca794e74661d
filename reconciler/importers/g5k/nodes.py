"""A site's nodes as the tree tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.importers.g5k.adapters import Adapter, read_adapters
from reconciler.importers.g5k.tree import Tree
from reconciler.importers.g5k.values import DEVICE, NAME, fits
from reconciler.importers.record import Record

_MIB = 1024 * 1024
_HARDWARE_VIRTUALISATION = ("ivt", "amd-v")
_NOT_XEN_HVM = ("arm64",)
"""Virtualisation that Xen's HVM guests do not run on."""


@dataclass(frozen=True, slots=True, eq=False)
class NodeDraft:
    """``memory_mib`` and ``cores`` are None where the tree does not say."""

    record: Record
    name: str
    cluster: str
    cores: int | None
    memory_mib: int | None
    hvm: bool
    deployable: bool
    adapters: tuple[Adapter, ...]


def read_nodes(tree: Tree, site: str) -> Iterator[NodeDraft]:
    """The nodes that can be named in a document; what is missing of the others is reported."""
    seen: set[str] = set()
    for cluster, record in tree.nodes(site):
        name = record.text("uid")
        if name is None or not fits(DEVICE, name) or not fits(NAME, cluster):
            record.report("I103", f"a node cannot be called {name!r} of cluster {cluster!r}; left out", key="uid")
            continue
        if name in seen:
            record.report("I103", f"a second node called {name}; left out", key="uid")
            continue
        seen.add(name)
        yield NodeDraft(
            record,
            name,
            cluster,
            _cores(record, name),
            _memory_mib(record, name),
            _hvm(record, name),
            record.record("supported_job_types").flag("deploy") is not False,
            read_adapters(record),
        )


def _cores(record: Record, name: str) -> int | None:
    architecture = record.record("architecture")
    # 2010 called the cores of the whole node smt_size; nb_cores came later.
    cores = architecture.number("nb_cores") or architecture.number("smt_size")
    if cores is None or not 1 <= cores <= 4096:
        record.report("I204", f"{name}: the number of cores is missing; written as 1", key="architecture")
        return None
    return cores


def _memory_mib(record: Record, name: str) -> int | None:
    size = record.record("main_memory").number("ram_size")
    if size is None or not _MIB <= size < _MIB * 10**9:
        record.report(
            "I203",
            f"{name}: the memory is missing; written as 1024MiB",
            "measure it, or no VM fits",
            key="main_memory",
        )
        return None
    return size // _MIB


def _hvm(record: Record, name: str) -> bool:
    types = record.record("supported_job_types")
    value = types.raw("virtual")
    if value is None or value is False or value in _NOT_XEN_HVM:
        return False
    if value in _HARDWARE_VIRTUALISATION:
        return True
    if value == "false":
        types.report("I102", f'{name}: virtual is "false" as text; it should be false; read as false', key="virtual")
    else:
        types.report(
            "I103",
            f"{name}: virtual is {value!r}, which is no known kind of virtualisation; read as false",
            key="virtual",
        )
    return False
