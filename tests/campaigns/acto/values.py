"""Values to give a field: from its schema, from what the documents name, and some that make sense for it alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

from tests.campaigns.acto.fields import Field

ANY_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN4Uv1cqUgTYzWm1BLgW6ZsXmr3T0oyVDWzDVUPs0q6F"


class Absent(Enum):
    """What stands where nothing is written."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent.ABSENT
_BY_NAME: Mapping[str, tuple[Any, ...]] = {
    "memory": ("192MiB", "1GiB"),
    "minMemory": ("96MiB", "128MiB"),
    "walltime": ("5h", "1d"),
    "addresses": ("10.136.40.0/27",),
    "kernel": ("/var/lib/xen/images/vmlinux-2", "/boot/vmlinuz-2"),
    "ramdisk": ("/var/lib/xen/images/domu-2.cpio",),
    "disk": ("/var/lib/xen/images/other.img",),
    "initrd": ("/initrd-2.img",),
    "hypervisor": ("/hypervisor-2",),
    "hypervisorParams": ("dom0_mem=1G", "dom0_mem=768M"),
    "kernelParams": ("quiet splash",),
    "arguments": ("console=hvc0 a={address} m={mac}", "quiet gw={gateway}"),
    "chainload": ("+1",),
    "file": ("/etc/debian_version", "server:///images/other.tar"),
    "text": ("another-1",),
    "owner": ("ops",),
    "environment": ("debian-min",),
    "vcpus": (2,),
    "domain": ("other.lab.test",),
    "address": ("127.9.9.9",),
    "hostKey": (ANY_KEY,),
    "identityFile": ("/root/.ssh/other",),
    "password": ("secret://deployer",),
    "url": ("http://other.lab.test:25300",),
    "headerPrefix": ("X-Remote-",),
    "space": ("10.148.0.0/15",),
    "gateway": (True, False, "10.148.255.253"),
    "range": ("10.148.128.0/18",),
    "production": (101,),
    "local": ("702-709",),
    "routed": ("712-715",),
    "global": ("722-739",),
    "sVlans": ("1002-1019",),
    "mac": ("02:1a:b0:77:77:77",),
    "ip": ("172.16.99.99",),
    "bridge": ("xenbr7",),
    "port": ("Ethernet20", 2222),
    "ranges": ([{"name": "one", "range": "10.148.0.0/18"}],),
    "router": ({"switch": "sw-2", "port": "Ethernet40"},),
    "between": ([{"switch": "sw-1", "port": "Ethernet40"}, {"switch": "sw-2", "port": "Ethernet40"}],),
    "labels": ({"owner": "others"}, {"owner": "networks", "team/wide": "yes"}),
}


def plausible(field: Field, value: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """Other values that the schema allows; whether they make sense where they stand is for the product to say.

    ``value`` is the present one or ``ABSENT``; ``names`` are those of everything in the documents.
    """
    schema = field.schema
    if value is not ABSENT and not field.required:
        yield ABSENT
    yield from _BY_NAME.get(field.name, ())
    if "const" in schema and value is ABSENT:
        yield schema["const"]
    elif "enum" in schema:
        yield from schema["enum"]
    elif schema.get("type") == "boolean":
        yield from (True, False)
    elif schema.get("type") == "integer":
        number = value if isinstance(value, int) else int(schema.get("default", 0))
        yield from (n for n in (number + 1, number - 1) if n >= schema.get("minimum", n))
    elif schema.get("type") == "array":
        yield from _lists(value if isinstance(value, list) else [], names)
    elif schema.get("type") == "string" and "const" not in schema:
        yield from ("fresh", *names)


def _lists(items: list[Any], names: tuple[str, ...]) -> Iterator[Any]:
    yield from ([*items[:at], *items[at + 1 :]] for at in range(len(items)))
    if items and isinstance(items[-1], dict):
        yield [*items, {**items[-1], "name": "more"}]
        return
    yield from ([*items, name] for name in ("fresh", *names) if name not in items)
    if len(items) > 1:
        yield items[::-1]


def impossible(field: Field) -> Iterator[Any]:
    """Values that the schema forbids, and leaving out what has to be there."""
    schema = field.schema
    if field.required:
        yield ABSENT
    yield from (None, {"surprise": 1})
    if "enum" in schema or "const" in schema:
        yield from ("nonsense", "")
    match schema.get("type"):
        case "boolean":
            yield from ("yes", 1)
        case "integer":
            yield from ("two", 1.5, True, schema.get("minimum", 0) - 1, schema.get("maximum", 2**63) + 1)
        case "string":
            yield from (7, ["a"], "\x07")
            if "pattern" in schema or "const" in schema:
                yield from ("x" * 3000, "$(reboot)")
        case "array":
            yield from ("word", 7, [{}], [None], [["a"]])
        case "object":
            yield from ("word", ["a"])
