"""Documents of any size: sites with hosts on switches, and an experiment that fills them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

HOSTS_PER_SWITCH = 40
EXPERIMENT = "bench"


@dataclass(frozen=True, slots=True)
class Testbed:
    """``vms`` on ``hosts``, half of them at each of ``sites``; hosts hang on edge switches, these on one core."""

    vms: int
    hosts: int
    sites: tuple[str, ...] = ("lille", "nancy")
    access: str = "direct"

    @property
    def hosts_per_site(self) -> int:
        return self.hosts // len(self.sites)

    @property
    def edges_per_site(self) -> int:
        return -(-self.hosts_per_site // HOSTS_PER_SWITCH)

    @property
    def switches(self) -> int:
        return (self.edges_per_site + 1) * len(self.sites)

    def documents(self) -> dict[str, str]:
        """All documents by file name: one file for what a user writes, one for each site."""
        files = {f"{site}.yaml": "\n".join(self._site(site, index)) for index, site in enumerate(self.sites)}
        return {"experiment.yaml": self._experiment(), **files}

    def _experiment(self) -> str:
        share, left = divmod(self.vms, len(self.sites))
        groups = "\n".join(
            f"    - {{name: on-{site}, site: {site}, count: {self.hosts_per_site}, image: debian-xen}}"
            for site in self.sites
        )
        vms = "\n".join(
            f"    - {{name: vm-{site}, count: {share + (left if site == self.sites[0] else 0)}, on: on-{site},"
            " image: tiny, memory: 256MiB, networks: [lan]}"
            for site in self.sites
        )
        kind = "global" if len(self.sites) > 1 else "local"
        return _EXPERIMENT.format(name=EXPERIMENT, groups=groups, kind=kind, sites=", ".join(self.sites), vms=vms)

    def _site(self, site: str, index: int) -> Iterator[str]:
        url = ', url: "http://127.0.0.1:25300"' if self.access == "direct" else ""
        first = _SPACES[index]
        yield _SITE.format(name=site, access=self.access, url=url, first=first, last=first + 3)
        for number in range(self.hosts_per_site):
            yield from self._node(site, index, number)
        yield "  switches:"
        yield "    - {name: core}"
        yield from (f"    - {{name: edge-{edge}}}" for edge in range(self.edges_per_site))
        yield "  links:"
        for edge in range(self.edges_per_site):
            yield f"    - between: [{{switch: edge-{edge}, port: Uplink1}}, {{switch: core, port: Ethernet{edge + 1}}}]"
        yield "    - between: [{switch: core, port: Loop1}, {switch: core, port: Loop2}]"
        yield "  wan: {backbone: ring, switch: core, customerPort: Loop1, port: Wan1, sVlans: 1000-1019}\n"

    def _node(self, site: str, index: int, number: int) -> Iterator[str]:
        edge, port = divmod(number, HOSTS_PER_SWITCH)
        octets = f"{index + 1:02x}:{number >> 8:02x}:{number & 255:02x}"
        yield f"    - name: node-{number + 1}"
        yield "      cluster: blade"
        yield "      cores: 16"
        yield "      memory: 64GiB"
        yield "      interfaces:"
        yield f'        - {{name: eth0, mac: "02:00:00:{octets}", management: true}}'
        yield (
            f'        - {{name: eth1, mac: "02:00:01:{octets}", bridge: xenbr0,'
            f" switch: edge-{edge}, port: Ethernet{port + 1}}}"
        )


_SPACES = (136, 144)

_EXPERIMENT = """\
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {{name: {name}}}
spec:
  nodes:
{groups}
  networks:
    - {{name: lan, kind: {kind}, sites: [{sites}], addresses: 10.136.0.0/14}}
  vms:
{vms}
---
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {{name: debian-xen}}
spec:
  version: 1
  os: xen
  image: {{file: "server:///images/debian-xen-1.tar.zst", kind: tar, compression: zstd}}
  boot: {{kernel: /vmlinuz, initrd: /initrd.img, hypervisor: /hypervisor, hypervisorParams: dom0_mem=512M}}
  fingerprint: {{file: /etc/grid5000/release, text: debian-xen-1}}
---
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {{name: tiny}}
spec:
  kernel: /var/lib/xen/images/vmlinux
  ramdisk: /var/lib/xen/images/domu.cpio
  arguments: console=hvc0 tip={{address}}/{{prefixLength}}
  minMemory: 64MiB
"""

_SITE = """\
apiVersion: reconciler/v1alpha1
kind: Site
metadata: {{name: {name}}}
spec:
  domain: {name}.bench.test
  access: {access}
  deployer: {{driver: kadeploy, user: root{url}}}
  addresses: {{space: 10.{first}.0.0/14, gateway: 10.{last}.255.254}}
  vlans: {{production: 100, local: 700-719, global: 720-739}}
  nodes:"""
