"""Emulated nodes for tests, and a way to run a script on one without a connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from reconciler.lab.host.host import LabHost
from reconciler.lab.host.image import make_image
from reconciler.lab.host.shell import Shell

XEN = make_image("debian-xen", 1, xen=True, dom0_memory_mib=384)
PLAIN = make_image("debian-min", 2, xen=False)


@dataclass
class FakeTime:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(frozen=True)
class Ran:
    out: str
    err: str
    status: int


def make_host(**changes) -> LabHost:
    """A Xen node of 1.5 GiB with an uplink that is in no bridge; takes no time for anything."""
    settings = {
        "memory_mib": 1536,
        "cores": 1,
        "hvm": False,
        "interfaces": (("eth0", "52:54:00:77:01:01", None), ("eth1", "52:54:00:77:02:01", None)),
        "image": XEN,
        "images": {"debian-xen": XEN, "debian-min": PLAIN},
        "pace": 0.0,
        "now": FakeTime(),
    }
    return LabHost("x1", **(settings | changes))


def run(host: LabHost, script: str) -> Ran:
    return asyncio.run(run_later(host, script))


async def run_later(host: LabHost, script: str) -> Ran:
    out: list[str] = []
    err: list[str] = []
    status = await Shell(host, out.append, err.append).run(script)
    return Ran("".join(out), "".join(err), status)


def bridge(vlan: int) -> str:
    return "\n".join(
        (
            "ip link set dev eth1 up",
            f"ip link add link eth1 name eth1.{vlan} type vlan id {vlan}",
            f"ip link add name xbr{vlan} type bridge",
            f"ip link set dev eth1.{vlan} master xbr{vlan}",
            f"ip link set dev eth1.{vlan} up",
            f"ip link set dev xbr{vlan} up",
        )
    )


def config(name: str, number: int, *, more: str = "", vifs: tuple[str, ...] = ("xbr701",), memory: int = 128) -> str:
    nics = ", ".join(
        f'"mac=00:16:3e:00:{position:02x}:{number:02x},bridge={name}"' for position, name in enumerate(vifs)
    )
    return (
        f'type = "pv"\nname = "{name}"\nuuid = "00000000-0000-4000-8000-{number:012x}"\n'
        'kernel = "/var/lib/xen/images/vmlinux"\nramdisk = "/var/lib/xen/images/domu.cpio"\n'
        f'extra = "console=hvc0 quiet tip=10.77.1.{number}/24"\n'
        f"memory = {memory}\nvcpus = 1\nvif = [ {nics} ]\n{more}"
    )


def create(name: str, number: int, **changes) -> str:
    """The script that makes a domain."""
    return f"cat > /root/{name}.cfg <<'XR_END'\n{config(name, number, **changes)}XR_END\nxl create /root/{name}.cfg\n"
