"""Environments as the server keeps them, and the checks they pass on the way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.lab.deployer.errors import invalid_environment, invalid_file
from reconciler.spec.environment import Environment

OSES = ("linux", "xen", "other")
KINDS = ("tar", "dd", "fsa")
COMPRESSIONS = ("gzip", "bzip2", "xz", "zstd")
VISIBILITIES = ("public", "private", "shared")
_TEXTS = ("description", "author")


@dataclass(frozen=True, slots=True)
class Image:
    file: str
    kind: str
    compression: str


@dataclass(frozen=True, slots=True)
class KadeployEnvironment:
    """One version of an environment of one user.  ``boot`` holds the boot fields that were given."""

    user: str
    name: str
    version: int
    os: str
    image: Image
    boot: tuple[tuple[str, str], ...] = ()
    filesystem: str = ""
    partition_type: int = 0
    visibility: str = "private"
    description: str = ""
    author: str = ""
    destructive: bool = False
    multipart: bool = False

    def render(self) -> Mapping[str, object]:
        """The answer to its registration; a listing says the user as well."""
        entry: dict[str, object] = {"name": self.name, "version": self.version}
        entry |= {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        entry |= {"visibility": self.visibility, "destructive": self.destructive, "os": self.os}
        entry["image"] = {"file": self.image.file, "kind": self.image.kind, "compression": self.image.compression}
        if self.boot:
            entry["boot"] = dict(self.boot)
        if self.filesystem:
            entry["filesystem"] = self.filesystem
        return entry | {"partition_type": self.partition_type, "multipart": self.multipart}


def parse_environment(data: object, user: str, has_file: Callable[[str], bool]) -> KadeployEnvironment:
    """Check a description that somebody sent.

    Raises:
        KadeployError: code 7 for a field that is missing or wrong, 5 for an image file the server does not have.
    """
    if not isinstance(data, dict):
        raise invalid_environment("The environment must be a hash")
    os = _choice(data, "os", OSES)
    image = _image(data.get("image"))
    boot = _boot(data.get("boot", {}))
    _check_boot(os, image, dict(boot), data)
    path = image.file.removeprefix("server://")
    if not has_file(path):
        raise invalid_file(path)
    version = data.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise invalid_environment("The field 'version' must be a positive integer")
    return KadeployEnvironment(
        user=user,
        name=_text(data, "name"),
        version=version,
        os=os,
        image=image,
        boot=boot,
        filesystem=str(data.get("filesystem", "")),
        partition_type=int(data.get("partition_type", 0)),
        visibility=_choice({"visibility": "private"} | data, "visibility", VISIBILITIES),
        description=str(data.get("description", "")),
        author=str(data.get("author", "")),
        destructive=bool(data.get("destructive", False)),
        multipart=bool(data.get("multipart", False)),
    )


def from_document(document: Environment) -> KadeployEnvironment:
    """What a site's administrator would have registered for this document: public, under its owner's name."""
    spec = document.spec
    boot = spec.boot.model_dump(exclude_none=True) if spec.boot else {}
    return KadeployEnvironment(
        user=spec.owner,
        name=spec.environment or document.metadata.name,
        version=spec.version,
        os=spec.os.value,
        image=Image(*_document_image(document)),
        boot=tuple((name, value) for name, value in boot.items() if value and name != "chainload"),
        filesystem=spec.filesystem,
        partition_type=131,
        visibility="public",
    )


def make_environment(name: str, version: int, *, xen: bool, user: str = "root") -> KadeployEnvironment:
    """A public environment with the usual fields."""
    boot = [("kernel", "/vmlinuz"), ("initrd", "/initrd.img")]
    boot += [("hypervisor", "/hypervisor"), ("hypervisor_params", "dom0_mem=512M")] if xen else []
    image = Image(f"server:///grid5000/images/{name}-{version}.tgz", "tar", "gzip")
    return KadeployEnvironment(
        user, name, version, "xen" if xen else "linux", image, tuple(boot), "ext4", 131, visibility="public"
    )


def _document_image(document: Environment) -> tuple[str, str, str]:
    image = document.spec.image
    if image is None:
        return f"server:///grid5000/images/{document.metadata.name}.tgz", "tar", "gzip"
    return image.file, image.kind.value, image.compression


def _text(data: dict[str, Any], field: str) -> str:
    value = data.get(field)
    if not isinstance(value, str) or not value:
        raise invalid_environment(f"The field '{field}' is mandatory")
    return value


def _choice(data: dict[str, Any], field: str, allowed: tuple[str, ...]) -> str:
    value = _text(data, field)
    if value not in allowed:
        raise invalid_environment(f"Invalid value '{value}' for field '{field}', expected: {', '.join(allowed)}")
    return value


def _image(data: object) -> Image:
    if not isinstance(data, dict):
        raise invalid_environment("The field 'image' is mandatory")
    return Image(_text(data, "file"), _choice(data, "kind", KINDS), _choice(data, "compression", COMPRESSIONS))


def _boot(data: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise invalid_environment("The field 'boot' must be a hash of strings")
    return tuple(data.items())


def _check_boot(os: str, image: Image, boot: Mapping[str, str], data: dict[str, Any]) -> None:
    if image.kind != "tar":
        return
    for field, needed in (("kernel", os in ("linux", "xen")), ("hypervisor", os == "xen")):
        if needed and not boot.get(field):
            raise invalid_environment(f"The field '{field}' is mandatory for OS {os} with the 'tar' image kind")
    if not data.get("filesystem"):
        raise invalid_environment(f"The field 'filesystem' is mandatory for OS {os} with the 'tar' image kind")
