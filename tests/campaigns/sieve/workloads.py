"""What Sieve perturbs: lives of a small experiment, each from a known state by one command to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from reconciler.lab.faults import Break

Spec = dict[str, Any]
NAME = "ours"
BYSTANDER = "other"
PORT_OF_FIRST = "Ethernet11"


@dataclass(frozen=True, slots=True)
class Workload:
    """``before`` is applied first, from nothing; then what ``broken`` says happens; then ``after`` is applied.

    No ``before``: there is nothing yet.  No ``after``: it is destroyed.
    """

    name: str
    before: Spec | None
    after: Spec | None
    broken: tuple[Break, ...] = ()


def small(**changes: Any) -> Spec:
    """Two hosts at Lille, two VMs on one network of their own."""
    spec: Spec = {
        "nodes": [{"name": "hosts", "site": "lille", "nodes": ["chinqchint-1", "chinqchint-2"], "image": "debian-xen"}],
        "networks": [{"name": "lan", "kind": "local", "sites": ["lille"]}],
        "vms": [_vms("web", 2, "hosts", ["lan"])],
    }
    return {**spec, **changes}


def wide() -> Spec:
    """One network over both sites, with a bare node on it."""
    return {
        "nodes": [
            {"name": "hosts", "site": "lille", "count": 1, "image": "debian-xen"},
            {"name": "bare", "site": "nancy", "count": 1, "image": "debian", "networks": ["lan"]},
        ],
        "networks": [{"name": "lan", "kind": "global", "sites": ["lille", "nancy"]}],
        "vms": [_vms("web", 1, "hosts", ["lan"])],
    }


def _vms(name: str, count: int, on: str, networks: list[str], **more: Any) -> Spec:
    vms = {"name": name, "count": count, "on": on, "image": "tiny", "memory": "128MiB", "networks": networks}
    return {**vms, **more}


def _on(*nodes: str, image: str = "debian-xen") -> list[Spec]:
    return [{"name": "hosts", "site": "lille", "nodes": list(nodes), "image": image}]


_TWO_NETWORKS = small(
    networks=[
        {"name": "lan", "kind": "local", "sites": ["lille"]},
        {"name": "near", "kind": "routed", "sites": ["lille"]},
    ],
    vms=[_vms("web", 2, "hosts", ["lan", "near"])],
)

WORKLOADS = (
    Workload("create", None, small()),
    Workload("grow", small(), small(vms=[_vms("web", 4, "hosts", ["lan"])])),
    Workload("shrink", small(vms=[_vms("web", 4, "hosts", ["lan"])]), small()),
    Workload("move", small(), small(nodes=_on("chinqchint-1", "chinqchint-3"))),
    Workload("node image", small(), small(nodes=_on("chinqchint-1", "chinqchint-2", image="second"))),
    Workload("guest", small(), small(vms=[_vms("web", 2, "hosts", ["lan"], vcpus=2)])),
    Workload("network added", small(), _TWO_NETWORKS),
    Workload("network removed", _TWO_NETWORKS, small()),
    Workload("destroy", small(), None),
    Workload("dead guest", small(), small(), (Break("host", "chinqchint-1.lille", "kill-domain", ("ours-web-0",)),)),
    Workload("moved port", small(), small(), (Break("switch", "sw-1.lille", "move-port", (PORT_OF_FIRST, "3000")),)),
    Workload("swapped image", small(), small(), (Break("host", "chinqchint-2.lille", "swap-image", ("debian-min",)),)),
    Workload("rebooted host", small(), small(), (Break("host", "chinqchint-1.lille", "reboot"),)),
    Workload("create wide", None, wide()),
    Workload("destroy wide", wide(), None),
)


def bystander() -> Spec:
    """Somebody else on the same switches, whom nothing of this may touch."""
    return {
        "nodes": [{"name": "hosts", "site": "lille", "nodes": ["chinqchint-5"], "image": "debian-xen"}],
        "networks": [{"name": "lan", "kind": "local", "sites": ["lille"]}],
        "vms": [_vms("quiet", 1, "hosts", ["lan"])],
    }


def render(name: str, spec: Spec) -> str:
    document = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": name}, "spec": spec}
    return yaml.safe_dump(document)


SECOND_IMAGE = """\
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: second}
spec:
  environment: debian-xen
  version: 2
  os: xen
  image: {file: "server:///images/debian-xen-2.tar.zst", kind: tar, compression: zstd}
  boot: {kernel: /vmlinuz, initrd: /initrd.img, hypervisor: /hypervisor, hypervisorParams: dom0_mem=512M}
  fingerprint: {file: /etc/grid5000/release, text: debian-xen-2}
"""


def named(names: str) -> Callable[[Workload], bool]:
    """The workloads of these names, separated by commas; all of them for an empty one."""
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = set(wanted) - {workload.name for workload in WORKLOADS}
    if unknown:
        raise SystemExit(f"no workload {', '.join(sorted(unknown))}; there are {', '.join(w.name for w in WORKLOADS)}")
    return lambda workload: not wanted or workload.name in wanted


def documents() -> Mapping[str, str]:
    """What every workload needs beside its experiment, by file name."""
    return {"second": SECOND_IMAGE}
