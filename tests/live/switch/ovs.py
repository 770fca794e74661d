"""Open vSwitch in userspace, a network namespace for each switch and host: frames that really go or do not go."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.switch.programs import end, in_namespace, run, wait_until

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
WAN_MTU = 1508
"""An S-tag makes frames 4 bytes longer; a link of 1500 loses the full-sized ones."""


@dataclass(frozen=True, slots=True)
class Host:
    """A machine: one interface, ``eth0``."""

    namespace: str
    ip: str

    def sees(self, other: Host) -> bool:
        """Whether ARP reaches the other one: one layer 2, whatever is above it."""
        arping = ("arping", "-q", "-f", "-c", 2, "-w", 1, "-I", "eth0", other.ip)
        return in_namespace(self.namespace, *arping, check=False).returncode == 0

    def pings(self, other: Host, size: int = 56) -> bool:
        ping = ("ping", "-n", "-q", "-c", 2, "-i", "0.2", "-W", 1, "-M", "do", "-s", size, other.ip)
        return in_namespace(self.namespace, *ping, check=False).returncode == 0


@dataclass(frozen=True, slots=True)
class OvsSwitch:
    """Two bridges in one namespace: ``br-c`` for customers' VLANs, ``br-p`` for a provider's S-VLANs."""

    namespace: str
    folder: Path

    def vsctl(self, *words: object) -> str:
        """One OVSDB transaction, or one question."""
        return run("ovs-vsctl", f"--db=unix:{self.folder}/db.sock", "--timeout=20", *words).stdout

    def ports(self) -> dict[str, str]:
        """Every port that is on a bridge, and how: for comparing before and after."""
        columns = "--columns=name,vlan_mode,tag,trunks,cvlans,other_config"
        lines = self.vsctl("--format=csv", "--no-headings", columns, "list", "Port").splitlines()
        rows = {line.partition(",")[0]: line.partition(",")[2] for line in lines}
        return {name: row for name, row in rows.items() if name not in ("br-c", "br-p")}

    def take_device(self, device: str) -> None:
        """Make a device that is in the namespace (a cable's end, a VM's tap) fit to be a port.

        It is on no bridge yet: without VLAN settings a port of Open vSwitch is a trunk of every VLAN.
        """
        # else packets leave with checksums half made, which nobody completes on this path: ping works, TCP hangs
        in_namespace(self.namespace, "ethtool", "-K", device, "tx", "off", check=False)
        in_namespace(self.namespace, "ip", "link", "set", "dev", device, "up")


class Bench:
    """Namespaces, cables, switches and hosts of one test session."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder
        self._prefix = f"xr{os.getpid() % 100000}"

    def namespace(self, name: str) -> str:
        namespace = f"{self._prefix}-{name}"
        run("ip", "netns", "add", namespace)
        self._stack.callback(run, "ip", "netns", "del", namespace, check=False)
        quiet = "for f in all default; do echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done"
        in_namespace(namespace, "sh", "-c", quiet, check=False)  # its chatter would be in every capture
        in_namespace(namespace, "ip", "link", "set", "dev", "lo", "up")
        return namespace

    def cable(self, here: OvsSwitch, port: str, there: OvsSwitch, other: str, mtu: int = 1500) -> None:
        self._veth(here.namespace, port, there.namespace, other)
        for switch, name in ((here, port), (there, other)):
            in_namespace(switch.namespace, "ip", "link", "set", "dev", name, "mtu", mtu)
            switch.take_device(name)

    def host(self, name: str, switch: OvsSwitch, port: str, address: str) -> Host:
        """A host at ``port``, with ``address`` (``10.9.0.1/24``) on its eth0."""
        namespace = self.namespace(name)
        self._veth(namespace, "eth0", switch.namespace, port)
        switch.take_device(port)
        in_namespace(namespace, "ethtool", "-K", "eth0", "tx", "off", check=False)
        in_namespace(namespace, "ip", "addr", "add", address, "dev", "eth0")
        in_namespace(namespace, "ip", "link", "set", "dev", "eth0", "up")
        return Host(namespace, address.partition("/")[0])

    def switch(self, name: str) -> OvsSwitch:
        folder = self._folder / name
        folder.mkdir()
        switch = OvsSwitch(self.namespace(name), folder)
        run("ovsdb-tool", "create", folder / "conf.db", SCHEMA)
        serve = [str(folder / "conf.db"), f"--remote=punix:{folder}/db.sock"]
        self._daemon(switch, "ovsdb-server", serve, folder / "db.sock")
        # two tags: with the default limit of one, QinQ silently carries nothing
        switch.vsctl("--no-wait", "init", "--", "set", "Open_vSwitch", ".", "other_config:vlan-limit=2")
        self._daemon(switch, "ovs-vswitchd", [f"unix:{folder}/db.sock"], folder / "ovs-vswitchd.ctl")
        for bridge in ("br-c", "br-p"):
            switch.vsctl(
                "add-br", bridge, "--", "set", "Bridge", bridge, "datapath_type=netdev", "fail_mode=standalone"
            )
        return switch

    def _daemon(self, switch: OvsSwitch, program: str, options: list[str], sign: Path) -> None:
        """Start one; it is ready when the file ``sign`` is there."""
        folder = switch.folder
        names = [f"--log-file={folder}/{program}.log", f"--unixctl={folder}/{program}.ctl", "--no-chdir"]
        process = subprocess.Popen(
            ["ip", "netns", "exec", switch.namespace, program, *options, *names],
            env={**os.environ, "OVS_RUNDIR": str(folder), "OVS_LOGDIR": str(folder), "OVS_DBDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(end, process)
        wait_until(sign.exists, program, process)

    def _veth(self, namespace: str, device: str, other: str, peer: str) -> None:
        run(
            "ip",
            "link",
            "add",
            "name",
            device,
            "netns",
            namespace,
            "type",
            "veth",
            "peer",
            "name",
            peer,
            "netns",
            other,
        )


@contextmanager
def bench() -> Iterator[Bench]:
    """Room for switches and hosts; every process, namespace and file of it is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="xro"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Bench(stack, folder)


@contextmanager
def capture(switch: OvsSwitch, device: str) -> Iterator[list[str]]:
    """What passes on a device meanwhile, a line for each frame; the list is filled at the end."""
    lines: list[str] = []
    command = ["ip", "netns", "exec", switch.namespace, "tcpdump", "-i", device, "-nn", "-e", "-l", "-Z", "root"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr is not None
    process.stderr.readline()  # "listening on"
    process.stderr.readline()
    try:
        yield lines
        run("sleep", "0.3")
    finally:
        process.terminate()
        printed = (process.communicate(timeout=5)[0] or b"").decode().splitlines()
        lines += [line for line in printed if line]
