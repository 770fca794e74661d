"""A host's file tree, in memory: what the image brought, and what was written since."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.lab.host.image import HostImage

_DIRECTORIES = (  # paths of the emulated host
    "/",
    "/dev",
    "/etc",
    "/etc/xen",
    "/etc/xen/auto",
    "/root",
    "/run",
    "/tmp",  # noqa: S108 - a path of the emulated host
    "/var",
    "/var/lib",
    "/var/run",
)


class FileError(Exception):
    """An operation on the tree failed; the text is errno's."""


@dataclass(frozen=True, slots=True)
class File:
    """``text`` of a large file is empty: ``copied_from`` then names the image's file it is a copy of."""

    text: str
    copied_from: str = ""


class FileTree:
    """Reads never create; writes need their directory.  ``full`` is a disk without a free block."""

    def __init__(self, image: HostImage) -> None:
        self._image = image
        self._files: dict[str, File] = {path: File(text) for path, text in image.files.items()}
        self._directories = set(_DIRECTORIES)
        for path in (*image.files, *image.provides):
            self._add_parents(path)
        self.full = False

    @property
    def written(self) -> tuple[str, ...]:
        """Paths that were not on the image, sorted."""
        return tuple(sorted(path for path in self._files if path not in self._image.files))

    def exists(self, path: str) -> bool:
        return self.is_directory(path) or self.is_file(path)

    def is_directory(self, path: str) -> bool:
        return _clean(path) in self._directories

    def is_file(self, path: str) -> bool:
        path = _clean(path)
        return path in self._files or (self._image.has(path) and path not in self._directories)

    def read(self, path: str) -> File:
        path = _clean(path)
        if path in self._directories:
            raise FileError("Is a directory")
        if path in self._files:
            return self._files[path]
        if self._image.has(path):
            return File("", copied_from=path)
        raise FileError("No such file or directory")

    def write(self, path: str, file: File) -> None:
        """Replace or create.  On a full disk the file is left cut short, as a real one is."""
        path = _clean(path)
        if path == "/dev/null":
            return
        if path in self._directories:
            raise FileError("Is a directory")
        if posixpath.dirname(path) not in self._directories:
            raise FileError("No such file or directory")
        if self.full:
            self._files[path] = File(file.text[: len(file.text) // 2])
            raise FileError("No space left on device")
        self._files[path] = file

    def remove(self, path: str) -> None:
        path = _clean(path)
        if path in self._directories:
            raise FileError("Is a directory")
        if path not in self._files:
            raise FileError("Read-only file system" if self._image.has(path) else "No such file or directory")
        del self._files[path]

    def make_directory(self, path: str, *, parents: bool) -> None:
        path = _clean(path)
        if self.is_file(path):
            raise FileError("File exists")
        if path in self._directories:
            if not parents:
                raise FileError("File exists")
            return
        if parents:
            self._add_parents(posixpath.join(path, "x"))
        elif posixpath.dirname(path) not in self._directories:
            raise FileError("No such file or directory")
        self._directories.add(path)

    def forget_run(self) -> None:
        """/run and /tmp are in memory: a reboot empties them."""
        for folder in ("/run/", "/tmp/"):  # noqa: S108 - paths of the emulated host
            self._files = {path: file for path, file in self._files.items() if not path.startswith(folder)}
            self._directories = {path for path in self._directories if not path.startswith(folder)}

    def dump(self) -> Mapping[str, object]:
        return {
            "files": {path: [file.text, file.copied_from] for path, file in sorted(self._files.items())},
            "directories": sorted(self._directories),
            "full": self.full,
        }

    def load(self, files: Mapping[str, tuple[str, str]], directories: tuple[str, ...], *, full: bool) -> None:
        self._files = {path: File(text, copied_from) for path, (text, copied_from) in files.items()}
        self._directories = set(directories)
        self.full = full

    def _add_parents(self, path: str) -> None:
        parent = posixpath.dirname(_clean(path))
        while parent not in self._directories:
            self._directories.add(parent)
            parent = posixpath.dirname(parent)


def _clean(path: str) -> str:
    """Absolute and without dots; a relative path is one in root's home, where a session starts."""
    return posixpath.normpath(posixpath.join("/root", path))
