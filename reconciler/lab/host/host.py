"""One emulated node: what it runs, what is on it, and how it is broken on request."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from reconciler.lab.host import state, xenstore
from reconciler.lab.host.call import Call
from reconciler.lab.host.commands import CHANGING as CHANGING_COMMANDS
from reconciler.lab.host.commands import COMMANDS
from reconciler.lab.host.counters import HostCounters
from reconciler.lab.host.domain import LabDomain, Life
from reconciler.lab.host.faults import AT_ONCE, LASTING, Faults
from reconciler.lab.host.files import FileTree
from reconciler.lab.host.hypervisor import Hypervisor
from reconciler.lab.host.image import PRODUCTION, HostImage
from reconciler.lab.host.ip import IpCommand
from reconciler.lab.host.links import LinkKind, LinkTable
from reconciler.lab.host.locks import Locks, LockSession
from reconciler.lab.host.pace import Pace
from reconciler.lab.host.shell import Run
from reconciler.lab.host.toolstack import Toolstack
from reconciler.lab.host.vifs import Vif, find_vifs
from reconciler.lab.host.xl import CHANGING, is_dry, run_xl

Nic = tuple[str, str, str | None]
"""Name, MAC, and the bridge that a Xen image makes it a port of."""


class PowerLost(Exception):
    """The host went down under a script."""


class LabHost:
    """A node that boots images.  Everything a booted node holds in memory or on disk goes with the next image.

    ``images`` are those that `swap-image` can be asked for, by name.  ``on_change`` is called after every change of
    links or domains; ``cut`` callbacks are called when all connections must break.
    """

    def __init__(
        self,
        name: str,
        *,
        memory_mib: int,
        cores: int,
        hvm: bool,
        interfaces: Sequence[Nic],
        seed: int = 0,
        image: HostImage = PRODUCTION,
        images: Mapping[str, HostImage] = MappingProxyType({}),
        pace: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.memory_mib = memory_mib
        self.cores = cores
        self.hvm = hvm
        self.interfaces = tuple(interfaces)
        self.images = images
        self.pace = Pace(seed, pace)
        self.now = now
        self.faults = Faults()
        self.locks = Locks()
        self.counters = HostCounters()
        self.powered = True
        self.cut: set[Callable[[], None]] = set()
        self.on_change: Callable[[], None] = lambda: None
        self.files = FileTree(image)
        self._chance = random.Random(f"{seed}/{name}")  # noqa: S311 - repeatable, not a secret
        self._image = image
        self._start(image, ready_at=0.0)

    @property
    def image(self) -> HostImage:
        return self._image

    @property
    def boot_id(self) -> str:
        return self._boot_id

    @property
    def answering(self) -> bool:
        """Whether SSH takes a connection now."""
        return self.powered and self.now() >= self._ready_at and not self.faults.has("offline")

    @property
    def ready_in_s(self) -> float:
        """Seconds until a booting host answers."""
        return max(0.0, self._ready_at - self.now())

    def boot(self, image: HostImage) -> None:
        """Start with another image: no file, link or domain of before is left."""
        self._start(image, ready_at=self.now() + self.pace.draw("boot"))
        self._down()

    def reboot(self) -> None:
        """Start again with the same disk: domains, hand-made links and /run are gone, other files stay."""
        kept = self.files
        self._start(self._image, ready_at=self.now() + self.pace.draw("boot"))
        kept.forget_run()
        self.files = kept
        self._down()

    def set_power(self, on: bool) -> None:
        """Off loses what a reboot loses."""
        if on != self.powered:
            self.powered = on
            self.reboot()

    def vifs(self) -> tuple[Vif, ...]:
        """Where the NICs of running guests come out; empty on a host that is down."""
        if not self.powered or self.ready_in_s:
            return ()
        self.reap()
        return tuple(find_vifs(self.hypervisor, self.links))

    @property
    def domains(self) -> tuple[LabDomain, ...]:
        self.reap()
        return tuple(self.hypervisor)

    def find_command(self, name: str) -> Run | None:
        if name in COMMANDS:
            return lambda call: self._run_file_command(name, call)
        if name == "ip":
            return self._run_ip
        if name in xenstore.COMMANDS and self._image.xen:
            return lambda call: self._run_xenstore(name, call)
        return self._run_xl if name == "xl" and self._image.xen else None

    def check_alive(self, boot_id: str) -> None:
        if not self.powered or boot_id != self._boot_id:
            raise PowerLost(self.name)

    def leave_daemon(self, words: Sequence[str], session: LockSession) -> None:
        """`xl create` stays to watch its domain: without ``9> /dev/null`` it keeps the session's lock as long."""
        if words[:2] == ("xl", "create") and {"-n", "--dryrun"}.isdisjoint(words):
            self.locks.inherit(session, self.hypervisor.last_id)

    def note_write(self) -> None:
        self.counters = replace(self.counters, mutating=self.counters.mutating + 1)

    def break_(self, kind: str, argument: str = "", *, count: int | None = None, delay_s: float = 1.0) -> None:
        """Misbehave from now on (as often as ``count`` says), or do once what the kind says.

        Raises:
            ValueError: no such kind, domain or image; the message says which there are.
        """
        if kind in LASTING:
            self.faults.set(kind, count, delay_s)
            self.files.full = self.files.full or kind == "disk-full"
            if kind == "offline":
                self._cut_all()
        elif kind == "reboot":
            self.reboot()
        elif kind == "neighbour":
            address, _, mac = argument.partition("=")
            self.neighbours[address] = mac
        elif kind == "swap-image":
            if argument not in self.images:
                raise ValueError(f"{self.name}: no image {argument!r}; there are {', '.join(sorted(self.images))}")
            self.boot(self.images[argument])
        elif kind in AT_ONCE:
            self._strike(kind, argument)
            self.reap()
        else:
            raise ValueError(f"{self.name}: cannot {kind!r}; hosts know {', '.join(sorted(LASTING | AT_ONCE))}")
        self.on_change()

    def mend(self) -> None:
        """End all lasting faults; what they did stays done."""
        self.faults.clear()
        self.files.full = False

    def reap(self) -> None:
        """Take away guests that have ended, as the toolstack's daemon does a moment later."""
        for domain in self.hypervisor:
            if domain.life is Life.SHUT_DOWN and self.now() >= domain.settles_at:
                self._tools.remove(domain)
        living = {domain.id for domain in self.hypervisor}
        self.locks.keep_only(living)
        self.xenstore.keep_only(living)

    def dump(self) -> str:
        return state.dump(self)

    def load(self, text: str) -> None:
        """Become what ``dump`` wrote.  Connections and locks are not part of it."""
        state.load(self, text)

    def restore(self, image: HostImage, boot_id: str, *, powered: bool, counters: HostCounters) -> None:
        """For ``load``: an empty machine with this image, up at once."""
        self._start(image, ready_at=0.0)
        self._boot_id = boot_id
        self.powered = powered
        self.counters = counters

    def _start(self, image: HostImage, *, ready_at: float) -> None:
        self._image = image
        self._ready_at = ready_at
        self._boot_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self.files = FileTree(image)
        self.links = LinkTable()
        self.hypervisor = Hypervisor(
            memory_mib=self.memory_mib, dom0_mib=min(image.dom0_memory_mib, self.memory_mib), cores=self.cores
        )
        self.xenstore = xenstore.Xenstore(self.hypervisor)
        self.neighbours: dict[str, str] = {}
        self._add_interfaces()

    def _add_interfaces(self) -> None:
        """The first interface is the one we log in through; others are up only as ports of a bridge."""
        self.links.add("lo", LinkKind.LOOPBACK, "00:00:00:00:00:00", up=True)
        for position, (name, mac, bridge) in enumerate(self.interfaces):
            bridged = bridge is not None and self._image.xen
            self.links.add(
                name, LinkKind.PHYSICAL, mac, up=position == 0 or bridged, master=bridge or "" if bridged else ""
            )
        for _, mac, bridge in self.interfaces:
            if bridge is not None and self._image.xen and self.links.get(bridge) is None:
                self.links.add(bridge, LinkKind.BRIDGE, mac, up=True)

    def _down(self) -> None:
        self.locks.clear()
        self._cut_all()
        self.on_change()

    def _cut_all(self) -> None:
        for cut in list(self.cut):
            cut()

    def _strike(self, kind: str, name: str) -> None:
        domain = self.hypervisor.find(name)
        if domain is None:
            raise ValueError(f"{self.name}: no domain {name!r}; there are {[d.config.name for d in self.hypervisor]}")
        if kind == "zombie":
            self.hypervisor.put(domain.stopped(Life.ZOMBIE, self.now()))
        elif kind == "kill-domain" or domain.config.on_crash in ("destroy", "coredump-destroy"):
            self._tools.remove(domain)
        elif domain.config.on_crash == "preserve":
            self.hypervisor.put(domain.stopped(Life.CRASHED, self.now()))
        else:
            self._restart(domain)

    def _restart(self, domain: LabDomain) -> None:
        """A new domain with the old one's configuration."""
        self._tools.remove(domain)
        number = self.hypervisor.take_id()
        self.hypervisor.add(number, domain.config, self.now(), paused=False)
        for nic in domain.config.nics:
            self._tools.plug(number, nic)

    @property
    def _tools(self) -> Toolstack:
        return Toolstack(
            self.hypervisor, self.files, self.links, self.pace, self._chance, self.faults, self.now, self.hvm, self.name
        )

    async def _run_file_command(self, name: str, call: Call) -> int:
        if name in CHANGING_COMMANDS:
            self.note_write()
        if self.faults.has("disk-full"):
            self.files.full = True
        return COMMANDS[name](self.files, call)

    async def _run_ip(self, call: Call) -> int:
        status, changing = IpCommand(self.links, self.neighbours).run(call)
        if changing:
            self.note_write()
            self.on_change()
        return status

    async def _run_xenstore(self, name: str, call: Call) -> int:
        self.reap()
        if name in xenstore.CHANGING:
            self.note_write()
        return xenstore.COMMANDS[name](self.xenstore, call)

    async def _run_xl(self, call: Call) -> int:
        self.reap()
        verb = next((word for word in call.arguments if not word.startswith("-")), "")
        changing = verb in CHANGING and not is_dry(call)
        self.counters = self.counters.with_verb(verb)
        if changing:
            self.note_write()
        status = await run_xl(self._tools, call)
        self.reap()
        if changing:
            self.on_change()
        await asyncio.sleep(0)
        return status
