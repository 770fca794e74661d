"""From the settings of a configuration file to the domain that xl makes of them."""

from __future__ import annotations

import random
import re
import uuid
from dataclasses import replace

from reconciler.lab.host.devices import DeviceError, VirtualNic, parse_disk, parse_vif
from reconciler.lab.host.domain import DomainConfig
from reconciler.lab.host.xl_syntax import ConfigSyntaxError, XlConfig, parse_config

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32}")
_ACTIONS = ("destroy", "restart", "rename-restart", "preserve", "coredump-destroy", "coredump-restart", "soft-reset")


class ConfigRefused(ValueError):
    """xl exits 1 without asking the hypervisor; the message is what it prints."""


def read_domain(text: str, source: str, chance: random.Random) -> tuple[DomainConfig, tuple[str, ...]]:
    """The domain, and what xl prints on the way about parts that it leaves out.

    Settings it does not know pass in silence.  Without a ``uuid`` the domain gets a random one.

    Raises:
        ConfigRefused: no domain can be made of it.
    """
    try:
        settings = parse_config(text, source)
    except ConfigSyntaxError as error:
        raise ConfigRefused(f"{error}\nFailed to parse config: Invalid argument") from None
    if not settings.text("name"):
        raise ConfigRefused("Domain name must be specified.")
    nics, complaints = _nics(settings)
    try:
        disks = tuple(map(parse_disk, settings.list("disk")))
    except DeviceError as error:
        raise ConfigRefused(str(error)) from None
    memory_kib = settings.number("memory", 32) * 1024
    vcpus = settings.number("vcpus", 1)
    return (
        DomainConfig(
            name=settings.text("name"),
            uuid=_uuid(settings, chance),
            kind=_kind(settings),
            kernel=settings.text("kernel"),
            ramdisk=settings.text("ramdisk"),
            cmdline=_cmdline(settings),
            max_memory_kib=max(settings.number("maxmem", 0) * 1024, memory_kib),
            memory_kib=memory_kib,
            max_vcpus=max(settings.number("maxvcpus", vcpus), vcpus),
            vcpus=vcpus,
            disks=disks,
            nics=nics,
            on_crash=_action(settings, "on_crash", "destroy"),
            on_reboot=_action(settings, "on_reboot", "restart"),
            on_poweroff=_action(settings, "on_poweroff", "destroy"),
        ),
        complaints,
    )


def _nics(settings: XlConfig) -> tuple[tuple[VirtualNic, ...], tuple[str, ...]]:
    nics: list[VirtualNic] = []
    complaints: list[str] = []
    for devid, text in enumerate(settings.list("vif")):
        nic, said = parse_vif(text)
        nics.append(replace(nic, devid=devid))
        complaints.extend(said)
    return tuple(nics), tuple(complaints)


def _uuid(settings: XlConfig, chance: random.Random) -> str:
    text = settings.text("uuid")
    if not text:
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))
    if not _UUID.fullmatch(text):
        raise ConfigRefused(f"Failed to parse UUID: {text}")
    return str(uuid.UUID(text))


def _kind(settings: XlConfig) -> str:
    kind = settings.text("type") or {"": "pv", "generic": "pv"}.get(settings.text("builder"), settings.text("builder"))
    if kind not in ("pv", "pvh", "hvm"):
        raise ConfigRefused(f"Invalid domain type {kind}.")
    if kind != "hvm" and not settings.text("kernel") and not settings.text("bootloader"):
        raise ConfigRefused("Neither kernel nor bootloader specified")
    return kind


def _cmdline(settings: XlConfig) -> str:
    """`cmdline` as it is, or `root` and `extra` put together."""
    if settings.text("cmdline"):
        return settings.text("cmdline")
    root = f"root={settings.text('root')}" if settings.text("root") else ""
    return " ".join(filter(None, (root, settings.text("extra"))))


def _action(settings: XlConfig, name: str, default: str) -> str:
    action = settings.text(name, default)
    if action not in _ACTIONS:
        raise ConfigRefused(f'Unknown {name} action "{action}" specified')
    return action
