"""The images that the lab's nodes can boot: some of its own, and those of the Environment documents it was given."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from reconciler.lab.deployer.environment import KadeployEnvironment, from_document, make_environment
from reconciler.lab.host.image import HostImage, make_image
from reconciler.spec.environment import Environment, OsKind

DOM0_MIB = 512

DEFAULT_IMAGES = (
    make_image("debian-min", 1, xen=False),
    make_image("debian-min", 2, xen=False),
    make_image("debian-xen", 1, xen=True, dom0_memory_mib=DOM0_MIB),
    make_image("debian-xen", 2, xen=True, dom0_memory_mib=DOM0_MIB),
    make_image("lenny-x64-base", 3, xen=False),
    make_image("lenny-x64-xen", 3, xen=True, dom0_memory_mib=DOM0_MIB),
)

_DOM0_MEMORY = re.compile(r"\bdom0_mem=([0-9]+)([MG])\b")


def all_images(environments: Collection[Environment]) -> tuple[HostImage, ...]:
    """One image for each name and version; a document takes the place of the lab's own image of that name."""
    found = {(image.name, image.version): image for image in DEFAULT_IMAGES}
    for environment in environments:
        image = image_of(environment)
        found[image.name, image.version] = image
    return tuple(found[key] for key in sorted(found))


def all_environments(environments: Collection[Environment]) -> tuple[KadeployEnvironment, ...]:
    """The same images as a deployer has them on record."""
    ours = (make_environment(image.name, image.version, xen=image.xen) for image in DEFAULT_IMAGES)
    found = {(environment.name, environment.version): environment for environment in ours}
    for environment in map(from_document, environments):
        found[environment.name, environment.version] = environment
    return tuple(found[key] for key in sorted(found))


def deployed_image(images: Collection[HostImage], environment: KadeployEnvironment) -> HostImage:
    """What a node runs after a deployment; of an environment that a user registered we know what it says of itself."""
    for image in images:
        if (image.name, image.version) == (environment.name, environment.version):
            return image
    return make_image(environment.name, environment.version, xen=environment.os == OsKind.XEN)


def image_of(environment: Environment) -> HostImage:
    """What a node runs after this environment was deployed on it."""
    spec = environment.spec
    name = spec.environment or environment.metadata.name
    memory = _DOM0_MEMORY.search(spec.boot.hypervisor_params) if spec.boot else None
    dom0_mib = int(memory[1]) * (1024 if memory[2] == "G" else 1) if memory else DOM0_MIB
    image = make_image(name, spec.version, xen=spec.os is OsKind.XEN, dom0_memory_mib=dom0_mib)
    if spec.fingerprint is None:
        return image
    files = MappingProxyType({spec.fingerprint.file: spec.fingerprint.text + "\n"})
    return HostImage(image.name, image.version, image.xen, dom0_mib, files, image.provides)


def by_name(images: Collection[HostImage]) -> Mapping[str, HostImage]:
    """Images as a person asks for them: ``<name>`` for the latest, ``<name>-<version>`` for one."""
    ordered = sorted(images, key=lambda image: (image.name, image.version))
    return {image.name: image for image in ordered} | {f"{image.name}-{image.version}": image for image in ordered}
