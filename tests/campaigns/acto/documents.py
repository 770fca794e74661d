"""The documents that every transition begins with: an experiment that uses every field, and what it stands on."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

Tree = dict[str, Any]
Documents = dict[tuple[str, str], Tree]
"""By kind and name."""
NAME = "trial"
THEIRS = "theirs"
LAB_IMAGES = ("specs/environments",)


def make(kind: str, name: str, spec: Tree, **labels: str) -> Tree:
    metadata: Tree = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": "reconciler/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def gather(trees: Iterable[Tree]) -> Documents:
    return {(tree["kind"], tree["metadata"]["name"]): tree for tree in trees}


def copied(documents: Mapping[tuple[str, str], Tree]) -> Documents:
    return copy.deepcopy(dict(documents))


def render(documents: Mapping[tuple[str, str], Tree]) -> str:
    """As JSON, which is YAML too, and ten times as quick to write."""
    return "\n---\n".join(json.dumps(tree, indent=1) for tree in documents.values()) + "\n"


def experiment_of(documents: Mapping[tuple[str, str], Tree]) -> Tree:
    return next(tree for (kind, _), tree in documents.items() if kind == "Experiment")


def base() -> Documents:
    return gather((*_images(), make("Experiment", NAME, _trial(), owner="networks")))


def _trial() -> Tree:
    return {
        "lifetime": {"walltime": "4h", "onExpiry": "destroy"},
        "nodes": [
            {
                "name": "hosts",
                "site": "lille",
                "cluster": "chinqchint",
                "count": 2,
                "minReady": 1,
                "spares": 0,
                "image": "debian-xen",
                "roles": ["compute"],
            },
            {"name": "bare", "site": "nancy", "nodes": ["griffon-1"], "image": "debian", "networks": ["wide"]},
        ],
        "networks": [
            {"name": "lan", "kind": "local", "sites": ["lille"], "dhcp": "none", "addresses": "10.136.32.0/26"},
            {"name": "out", "kind": "routed", "sites": ["lille"], "gateway": True},
            {"name": "wide", "kind": "global", "sites": ["lille", "nancy"]},
        ],
        "vms": [
            _vms("web", placement="spread", count=2, networks=["lan", "out"], vcpus=1, roles=["front"]),
            _vms("each", placement="perHost", perHost=1, networks=["wide"]),
            _vms("any", placement="random", count=2, seed=1, networks=["lan"], image="disk"),
        ],
    }


def _vms(name: str, **more: Any) -> Tree:
    return {"name": name, "on": "hosts", "image": "tiny", "memory": "128MiB", **more}


def _images() -> Iterable[Tree]:
    boot = {"kernel": "/vmlinuz", "initrd": "/initrd.img"}
    xen = {**boot, "hypervisor": "/hypervisor", "hypervisorParams": "dom0_mem=512M"}
    release = "/etc/grid5000/release"
    yield make(
        "Environment",
        "debian-xen",
        {
            "version": 1,
            "os": "xen",
            "image": {"file": "server:///images/debian-xen-1.tar.zst", "kind": "tar", "compression": "zstd"},
            "boot": xen,
            "fingerprint": {"file": release, "text": "debian-xen-1"},
        },
    )
    yield make(
        "Environment",
        "debian",
        {
            "environment": "debian",
            "version": 1,
            "owner": "root",
            "os": "linux",
            "image": {"file": "server:///images/debian-1.tar.zst", "kind": "tar", "compression": "zstd"},
            "boot": {**boot, "kernelParams": "quiet"},
            "filesystem": "ext4",
            "fingerprint": {"file": release, "text": "debian-1"},
        },
    )
    yield make("DiskImage", "tiny", {"mode": "pv", "arguments": "console=hvc0 tip={address}/{prefixLength}", **_GUEST})
    disk = {"disk": "/var/lib/xen/images/root.img", "minMemory": "64MiB"}
    yield make("DiskImage", "disk", {**_GUEST, **disk, "arguments": "root=/dev/xvda tgw={gateway} h={hostname}"})


_GUEST = {"kernel": "/var/lib/xen/images/vmlinux", "ramdisk": "/var/lib/xen/images/domu.cpio"}


def lab_documents() -> str:
    """What the lab's deployers know beside their own images: one that belongs to another user, and later versions."""
    boot = {"kernel": "/vmlinuz", "initrd": "/initrd.img"}
    known = []
    for name, owner, version in (("debian", "root", 2), (THEIRS, "ops", 1)):
        image = {"file": f"server:///images/{name}-{version}.tar.zst", "kind": "tar", "compression": "zstd"}
        spec = {"version": version, "owner": owner, "os": "linux", "image": image, "boot": boot}
        known.append(make("Environment", name, {**spec, "fingerprint": {"text": f"{name}-{version}"}}))
    return "---\n".join(yaml.safe_dump(tree) for tree in known)
