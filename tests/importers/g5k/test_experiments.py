"""Experiments on the imported testbed: what they ask for can be wired, and what cannot be is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.allocation.allocate import allocate
from reconciler.compile.experiment import Resources, compile_experiment
from reconciler.importers.g5k.importing import import_tree
from reconciler.importers.g5k.options import Options
from reconciler.model.address import Address
from reconciler.resources.allocations import Allocations
from reconciler.resources.domain import Domain
from reconciler.spec.load import examine, load

IMAGES = """
---
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: lenny-x64-xen}
spec:
  version: 3
  os: xen
  image: {file: "server:///images/lenny-x64-xen.tgz", kind: tar, compression: gzip}
  boot: {kernel: /boot/vmlinuz, initrd: /boot/initrd, hypervisor: /boot/xen.gz, hypervisorParams: dom0_mem=512M}
---
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {name: tiny}
spec: {kernel: /var/lib/xen/images/vmlinux, ramdisk: /var/lib/xen/images/domu.cpio}
"""


def experiment(spec: str) -> str:
    return f"apiVersion: reconciler/v1alpha1\nkind: Experiment\nmetadata: {{name: import}}\nspec:\n{spec}{IMAGES}"


def compiled(sites: dict[str, str], spec: str) -> Resources:
    catalogue = load({**sites, "experiment.yaml": experiment(spec)})
    wanted = catalogue.experiments["import"]
    assignment = allocate(wanted, catalogue, Allocations())
    return dict(compile_experiment(wanted, catalogue, assignment, Allocations()).resources)


@pytest.fixture(scope="module")
def lille_and_nancy(may_2010: Path) -> dict[str, str]:
    imported = import_tree(may_2010, Options(sites=("lille", "nancy"), wan="renater", uplinks="gw"))
    return {f"{item.name}.yaml": item.text for item in imported.sites}


@pytest.fixture(scope="module")
def rennes_and_nancy(march_2026: Path) -> dict[str, str]:
    imported = import_tree(march_2026, Options(sites=("rennes", "nancy"), wan="renater"))
    return {f"{item.name}.yaml": item.text for item in imported.sites}


def test_149_vms_on_32_of_40_nodes_of_2010_have_a_host_an_address_and_a_vlan(lille_and_nancy: dict[str, str]) -> None:
    spec = """\
  nodes:
    - {name: north, site: lille, cluster: chti, count: 16, image: lenny-x64-xen}
    - {name: east, site: nancy, cluster: griffon, count: 16, image: lenny-x64-xen}
    - {name: bare, site: nancy, cluster: grelon, count: 8, image: lenny-x64-xen}
  networks:
    - {name: lan, kind: global, sites: [lille, nancy], addresses: 10.136.16.0/20}
  vms:
    - {name: a, count: 75, on: north, image: tiny, memory: 256MiB, networks: [lan]}
    - {name: b, count: 74, on: east, image: tiny, memory: 256MiB, networks: [lan]}
"""
    resources = compiled(lille_and_nancy, spec)
    domains = [r for r in resources.values() if isinstance(r.spec, Domain)]
    assert len(domains) == 149
    assert len({r.endpoint for r in domains}) == 32
    assert sum(address.kind == "deployment" for address in resources) == 40


def test_a_global_network_of_2026_reaches_from_rennes_to_nancy(rennes_and_nancy: dict[str, str]) -> None:
    spec = """\
  nodes:
    - {name: west, site: rennes, cluster: parasilo, count: 4, image: lenny-x64-xen}
    - {name: east, site: nancy, cluster: gros, count: 4, image: lenny-x64-xen}
    - {name: hpc, site: nancy, cluster: grvingt, count: 2, image: lenny-x64-xen}
  networks:
    - {name: lan, kind: global, sites: [rennes, nancy]}
  vms:
    - {name: a, count: 8, on: west, image: tiny, memory: 256MiB, networks: [lan]}
    - {name: b, count: 8, on: east, image: tiny, memory: 256MiB, networks: [lan]}
    - {name: c, count: 2, on: hpc, image: tiny, memory: 256MiB, networks: [lan]}
"""
    resources = compiled(rennes_and_nancy, spec)
    slices = {address.name: r.spec for address, r in resources.items() if address.kind == "switch"}
    vlan, s_vlan = 711, 1000
    for gateway, port in (("gw.rennes", "1/1/46"), ("gw.nancy", "1/1/3")):
        (tunnel,) = slices[gateway].tunnels
        assert (tunnel.port, tunnel.s_vlan, tunnel.c_vlans) == ("qinq-customer", s_vlan, (vlan,))
        carried = {carried.port: carried.vlans for carried in slices[gateway].carried}
        assert (carried[port], carried["qinq-inside"]) == ((s_vlan,), (vlan,))
    edges = {edge.port for name in slices for edge in slices[name].ports}
    assert any(port.startswith("TenGigabitEthernet 1/") for port in edges)
    assert Address("switch", "import", "sgrvingt.nancy") in resources


def test_a_node_without_a_port_is_named_when_isolation_is_asked_for(lille_and_nancy: dict[str, str]) -> None:
    spec = """\
  nodes:
    - {name: north, site: lille, cluster: chuque, count: 4, image: lenny-x64-xen}
  networks:
    - {name: lan, kind: local, sites: [lille]}
  vms:
    - {name: a, count: 4, on: north, image: tiny, memory: 256MiB, networks: [lan]}
"""
    errors = examine({**lille_and_nancy, "experiment.yaml": experiment(spec)}).diagnostics
    assert any("chuque" in str(error) for error in errors)
