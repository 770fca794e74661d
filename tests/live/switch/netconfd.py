"""Debian's netconfd behind a private sshd on loopback: a NETCONF server that nobody here wrote."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from lxml import etree
from ncclient.manager import Manager

from reconciler.drivers.switch.openconfig.interfaces import ETHERNET, IF_TYPES, INTERFACES, NETCONF, VLAN
from reconciler.transport.contact import Contact
from reconciler.transport.netconf_ssh import PinnedSession
from tests.live.switch.programs import end, run, wait_until

YUMA_MODULES = "/usr/share/yuma/modules"
SSHD_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/hostkey
AuthorizedKeysFile {folder}/userkey.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding no
MaxStartups 100
MaxSessions 50
Subsystem netconf "/usr/sbin/netconf-subsystem --ncxserver-sockname={port}@{folder}/s"
"""


@dataclass(frozen=True, slots=True)
class Netconfd:
    """A server that is up; ``contact`` is how to reach it with its key pinned, ``sshd_log`` who tried."""

    contact: Contact
    sshd_log: Path

    def connect(self) -> Manager:
        """A session of our own, beside the driver's."""
        session = PinnedSession(self.contact)
        session.open(deadline_s=10)
        return Manager(session, session._device_handler, timeout=10)


@contextmanager
def netconfd(models: Path, *, startup: bool = False) -> Iterator[Netconfd]:
    """Start one that knows OpenConfig's interfaces and VLANs; nothing of it is left afterwards.

    ``startup``: with a startup datastore of its own, so that running has to be saved.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="xrn"))  # short: a UNIX socket's path has 108 bytes at most
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for name in ("hostkey", "userkey"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
        port = _free_port()
        _start_server(stack, folder, port, models, startup)
        _start_sshd(stack, folder, port)
        host_key = " ".join((folder / "hostkey.pub").read_text().split()[:2])
        contact = Contact("127.0.0.1", port, "root", host_key, str(folder / "userkey"))
        yield Netconfd(contact, folder / "sshd.log")


def give_ports(server: Netconfd, ports: Sequence[str], production: int) -> None:
    """Make the server know its ports, as a switch does from the factory: up, in the production VLAN."""
    config = etree.Element(f"{{{NETCONF}}}config")
    interfaces = etree.SubElement(config, f"{{{INTERFACES}}}interfaces")
    for name in ports:
        interface = etree.SubElement(interfaces, f"{{{INTERFACES}}}interface")
        etree.SubElement(interface, f"{{{INTERFACES}}}name").text = name
        own = etree.SubElement(interface, f"{{{INTERFACES}}}config", nsmap={"t": IF_TYPES})
        for leaf, text in (("name", name), ("type", "t:ethernetCsmacd"), ("enabled", "true")):
            etree.SubElement(own, f"{{{INTERFACES}}}{leaf}").text = text
        ethernet = etree.SubElement(interface, f"{{{ETHERNET}}}ethernet")
        switched = etree.SubElement(etree.SubElement(ethernet, f"{{{VLAN}}}switched-vlan"), f"{{{VLAN}}}config")
        etree.SubElement(switched, f"{{{VLAN}}}interface-mode").text = "ACCESS"
        etree.SubElement(switched, f"{{{VLAN}}}access-vlan").text = str(production)
    with server.connect() as session:
        session.edit_config(config, target="candidate")
        session.commit()
        if ":startup" in session.server_capabilities:
            session.copy_config("running", "startup")


def with_wrong_key(contact: Contact, folder: Path) -> Contact:
    """The same server, but another key pinned than the one it has."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "other")
    return replace(contact, host_key=" ".join((folder / "other.pub").read_text().split()[:2]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_server(stack: ExitStack, folder: Path, port: int, models: Path, startup: bool) -> None:
    sock = folder / "s"
    (folder / "home" / "data").mkdir(parents=True)  # where it keeps its startup configuration
    _leave_no_trace(stack, Path.home() / ".yuma")
    command = [
        "/usr/sbin/netconfd",
        "--no-startup",  # else it reads and writes one below the user's home
        "--target=candidate",
        f"--with-startup={'true' if startup else 'false'}",
        f"--ncxserver-sockname={sock}",
        f"--port={port}",
        "--superuser=root",
        f"--home={folder / 'home'}",
        f"--modpath={models.resolve()}:{YUMA_MODULES}",
        "--module=openconfig-vlan",
        f"--log={folder / 'netconfd.log'}",
    ]
    with (folder / "netconfd.out").open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "HOME": f"{folder}/home", "YUMA_HOME": f"{folder}/home"},
        )
    stack.callback(end, process)
    wait_until(sock.exists, "netconfd", process)
    sock.chmod(0o600)  # it is 0666: any local user could claim to be any NETCONF user


def _leave_no_trace(stack: ExitStack, folder: Path) -> None:
    """It makes an empty folder in root's home, whatever it is told."""

    def remove() -> None:
        with suppress(OSError):
            folder.rmdir()

    if not folder.exists():
        stack.callback(remove)


def _start_sshd(stack: ExitStack, folder: Path, port: int) -> None:
    (folder / "sshd_config").write_text(SSHD_CONFIG.format(port=port, folder=folder))
    Path("/run/sshd").mkdir(exist_ok=True)  # Debian's sshd insists
    process = subprocess.Popen(
        ["/usr/sbin/sshd", "-D", "-f", folder / "sshd_config", "-E", folder / "sshd.log"], stdin=subprocess.DEVNULL
    )
    stack.callback(end, process)
    wait_until(lambda: _answers(port), "sshd", process)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
