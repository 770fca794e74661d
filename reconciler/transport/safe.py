"""References such as ``secret://lille`` to what they stand for: files that nobody but their owner can read."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import Refused
from reconciler.model.secret import Secret

_REFERENCE = re.compile(r"secret://([a-z][a-z0-9-]{0,62})\Z")
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Safe:
    """A folder with one file for each secret.

    A reference is a name in this folder and never a path or a variable: whoever writes a document can name what was put
    here for us, and nothing else that we could read.
    """

    folder: Path

    def fetch(self, reference: str) -> Secret:
        """What the reference stands for, read now; a line end after it is not part of it.

        Raises:
            Refused: no such secret, others could read it, or it cannot stand in a header.  The text is never told.
        """
        match = _REFERENCE.match(reference)
        if match is None:
            raise Refused("a reference to a secret is written secret://NAME; NAME is a file in the folder of secrets")
        path = self.folder / match[1]
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise Refused(f"{reference}: {path}: {error.strerror}; put the secret there, with mode 0600") from None
        try:
            _check_private(reference, path, os.fstat(handle))
            return Secret(_text(reference, path, os.read(handle, _LONGEST + 1)))
        finally:
            os.close(handle)


def _check_private(reference: str, path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{reference}: {path} is not a plain file")
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise Refused(f"{reference}: others can read {path}, or it is not yours; chmod 600 it, and change the secret")


def _text(reference: str, path: Path, data: bytes) -> str:
    line = data.removesuffix(b"\n").removesuffix(b"\r")
    if not line or len(data) > _LONGEST or not line.isascii() or not line.decode("ascii").isprintable():
        raise Refused(f"{reference}: {path} must hold one line of printable ASCII, {_LONGEST} characters at most")
    return line.decode("ascii")
