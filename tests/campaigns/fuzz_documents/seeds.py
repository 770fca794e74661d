"""What the texts are made from: our own documents, and their fields as values that can be changed one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias

import yaml

from tests.spec.samples import FAULTS, SOUND, texts

WORLD = """apiVersion: reconciler/v1alpha1
kind: Site
metadata: {name: lille}
spec:
  domain: lille.test
  access: lab
  addresses: {space: 10.136.0.0/14, gateway: 10.139.255.254, ranges: [{name: all, range: 10.136.0.0/16}]}
  vlans: {production: 100, local: 700-709, routed: 710-715}
  nodes:
    - {name: n-1, cluster: c, memory: 8GiB, hvm: true, interfaces: [{name: eth1, mac: "02:1a:b0:01:01:01",
       bridge: xenbr0, switch: sw-1, port: Ethernet1}]}
  switches: [{name: sw-1}, {name: sw-2}]
  links: [{between: [{switch: sw-1, port: Ethernet48}, {switch: sw-2, port: Ethernet48}]}]
---
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: debian-xen}
spec:
  version: 1
  os: xen
  image: {file: "server:///images/x.tar.zst", kind: tar, compression: zstd}
  boot: {kernel: /vmlinuz, initrd: /initrd.img, hypervisor: /xen}
---
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {name: tiny}
spec: {kernel: /boot/k, ramdisk: /boot/r, arguments: "tip={address}/{prefixLength}", minMemory: 64MiB}
---
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: e}
spec:
  nodes: [{name: hosts, site: lille, count: 1, image: debian-xen}]
  networks: [{name: lan, kind: local, sites: [lille]}]
  vms: [{name: vm, count: 2, on: hosts, image: tiny, memory: 256MiB, networks: [lan]}]
"""
"""A whole small world in one file, so that what is checked across documents is reached too."""

_SITE = """apiVersion: reconciler/v1alpha1
kind: Site
metadata: {name: NAME}
spec:
  domain: NAME.test
  access: lab
  addresses: {space: 10.NET.0.0/16, ranges: [{name: a, range: 10.NET.0.0/24}, {name: d, range: 10.NET.1.0/24,
   scheme: dhcp}]}
  vlans: {local: 700-701, global: 720-721}
  nodes:
    - {name: n-1, cluster: c-NAME, memory: 2GiB, interfaces: [{name: eth1, bridge: b, switch: sw-NAME, port: p1}]}
    - {name: n-2, cluster: c-NAME, memory: 4GiB, deployable: false, interfaces: [{name: eth1, switch: sw-NAME,
       port: p2}]}
    - {name: n-3, cluster: d, memory: 4GiB, hvm: true, interfaces: [{name: eth1, switch: sw-NAME, port: p3}]}
  switches: [{name: sw-NAME}]
  links: [{between: [{switch: sw-NAME, port: p5}, {switch: sw-NAME, port: p6}]}]
  wan: {backbone: renater, switch: sw-NAME, customerPort: p6, port: p7, sVlans: 1000-1001}
---
"""
TWO_SITES = (
    _SITE.replace("NAME", "lille").replace("NET", "136")
    + _SITE.replace("NAME", "nancy").replace("NET", "137")
    + """apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: xen}
spec:
  version: 1
  os: xen
  image: {file: "server:///images/x.tar.zst", kind: tar, compression: zstd}
  boot: {kernel: /vmlinuz, initrd: /initrd.img, hypervisor: /xen}
---
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {name: tiny}
spec: {kernel: /boot/k, ramdisk: /boot/r, minMemory: 64MiB}
---
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: e}
spec:
  nodes:
    - {name: north, site: lille, cluster: c-lille, count: 1, image: xen}
    - {name: east, site: nancy, nodes: [n-3], image: xen}
  networks: [{name: lan, kind: global, sites: [lille, nancy], addresses: 10.136.0.0/28}]
  vms:
    - {name: left, count: 4, on: north, image: tiny, memory: 256MiB, networks: [lan]}
    - {name: right, perHost: 2, on: east, placement: perHost, image: tiny, memory: 256MiB, networks: [lan]}
"""
)
"""Two sites and a network over both: what only two can get wrong."""


class Pairs(list[tuple[Any, Any]]):
    """A mapping as it is written: its keys may be anything, and the same twice."""


Node: TypeAlias = "Pairs | list[Any] | str | int | bool | None"
Path: TypeAlias = tuple[int, ...]
"""By position, in lists and in ``Pairs`` alike."""


@cache
def samples() -> Sequence[str]:
    """Texts to begin with; the whole world often, since the most can go wrong in it."""
    ours = texts("examples/*.yaml", "specs/experiments/*.yaml", "specs/environments/*.yaml")
    faults = [file.read_bytes().decode("utf-8", "replace") for file in FAULTS]
    small = [text for text in (*ours.values(), *faults) if len(text) < 1700]
    return (*[WORLD] * (len(small) // 8), *[SOUND] * (len(small) // 8), *small)


@cache
def trees() -> Sequence[tuple[Sequence[Node], Sequence[Path]]]:
    """The documents of each sound sample, and the way to everything in them."""
    ours = texts("examples/*.yaml", "specs/experiments/*.yaml", "specs/environments/*.yaml").values()
    small = [text for text in ours if len(text) < 1700]
    found = []
    for text in (*[WORLD, TWO_SITES] * (len(small) // 4), SOUND, *small):
        documents = _documents(text)
        found.append((documents, [path for at, node in enumerate(documents) for path in _paths(node, (at,))]))
    return found


@cache
def values() -> Mapping[str, Sequence[Node]]:
    """By field, what stands there in some document of ours, in a faulty one too."""
    found: dict[str, list[Node]] = defaultdict(list)
    ours = texts("examples/*.yaml", "specs/*/*.yaml", "reconciler/lab/default/*.yaml").values()
    for text in (WORLD, TWO_SITES, SOUND, *ours, *(file.read_bytes().decode("utf-8", "replace") for file in FAULTS)):
        with suppress(yaml.YAMLError, ValueError):
            for document in _documents(text):
                _gather(document, found)
    return found


def _gather(node: Node, found: dict[str, list[Node]]) -> None:
    for at, child in enumerate(children(node)):
        if isinstance(node, Pairs) and isinstance(node[at][0], str) and child not in found[node[at][0]]:
            found[node[at][0]].append(child)
        _gather(child, found)


def children(node: Node) -> Sequence[Node]:
    if isinstance(node, Pairs):
        return [value for _, value in node]
    return node if isinstance(node, list) else ()


def _documents(text: str) -> Sequence[Node]:
    """Every scalar is its word as it is written: our ``on`` is no boolean, as it is to this library."""
    return [_as_pairs(value) for value in yaml.load_all(text, Loader=yaml.CBaseLoader)]


def _as_pairs(value: Any) -> Node:
    if isinstance(value, dict):
        return Pairs((key, _as_pairs(item)) for key, item in value.items())
    return [_as_pairs(item) for item in value] if isinstance(value, list) else value


def _paths(node: Node, path: Path) -> Iterator[Path]:
    yield path
    for at, child in enumerate(children(node)):
        yield from _paths(child, (*path, at))
