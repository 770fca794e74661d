"""What this lab can make come true: documents that ask for anything else must fail, and others must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.campaigns.acto.documents import THEIRS, Documents, Tree, experiment_of
from tests.campaigns.acto.expected import Expected, Group, expect

RELEASE = "/etc/grid5000/release"
TAKEN = frozenset(("chinqchint-5.lille",))
"""The bystander has it."""
_GUEST_FOLDERS = ("/var/lib/xen/images/", "/boot/", "/grid5000/images/")
_REGISTERED = frozenset(
    [("debian-xen", v, "root") for v in (1, 2)]
    + [("debian-min", v, "root") for v in (1, 2)]
    + [("debian", v, "root") for v in (1, 2)]
    + [(THEIRS, 1, "ops")]
)


def stands_on_what_is_there(documents: Documents) -> bool:
    """Nodes are taken as they are, and carry VMs: that works only where they were imaged before."""
    spec = experiment_of(documents)["spec"]
    bare = {group["name"] for group in spec.get("nodes", ()) if "image" not in group}
    return any(vms["on"] in bare for vms in spec.get("vms", ()))


def obstacles(documents: Documents, sites: Mapping[str, Tree]) -> list[str]:
    """Why the lab cannot do it; nothing when it can."""
    want = expect(documents, sites)
    return [*_images(documents), *_guests(documents, want), *_nodes(want)]


def _images(documents: Documents) -> Iterator[str]:
    for group in experiment_of(documents)["spec"].get("nodes", ()):
        if "image" not in group:
            continue
        spec = documents["Environment", group["image"]]["spec"]
        name, version = spec.get("environment", group["image"]), spec.get("version", 1)
        if (name, version, spec.get("owner", "root")) not in _REGISTERED:
            yield f"the deployer has no {name} {version} of {spec.get('owner', 'root')}"
        fingerprint = spec.get("fingerprint")
        if fingerprint is not None and (fingerprint.get("file", RELEASE), fingerprint["text"]) != (
            RELEASE,
            f"{name}-{version}",
        ):
            yield f"no node answers to {fingerprint}"


def _guests(documents: Documents, want: Expected) -> Iterator[str]:
    for vms in experiment_of(documents)["spec"].get("vms", ()):
        group = want.groups[vms["on"]]
        if group.image is not None and "xen" not in group.image.name:
            yield f"group {group.name} runs no Xen"
        image = documents["DiskImage", vms["image"]]["spec"]
        for path in (image.get(part) for part in ("kernel", "ramdisk", "disk")):
            if path is not None and not path.startswith(_GUEST_FOLDERS):
                yield f"no node has {path}"


def _nodes(want: Expected) -> Iterator[str]:
    for group in want.groups.values():
        free = group.nodes - TAKEN - _named_by_others(want, group)
        if len(free) < group.count + group.spares:
            yield f"group {group.name} wants more nodes than the {len(free)} that are free"


def _named_by_others(want: Expected, group: Group) -> frozenset[str]:
    taken = [other.nodes for other in want.groups.values() if other != group and len(other.nodes) == other.count]
    return frozenset(node for nodes in taken for node in nodes)
