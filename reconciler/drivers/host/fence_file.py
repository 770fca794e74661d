"""The mark on a host: who changed it last, and under which acquisition.  Pure.

It is checked and set by the script that makes the change, under the lock that this holds: so nothing of an earlier
acquisition lands after it.  It stays when we leave; a node that gets another image loses it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from reconciler.drivers.host.validation import DISKS, quote
from reconciler.model.errors import Fenced, Refused
from reconciler.model.fence import Fence

PATH = f"{DISKS}/fence"
OVERTAKEN, TAKEN, UNMARKED = 76, 77, 78
"""Exit statuses of a script at its gate: a later acquisition's mark, a stranger's mark, ours could not be written."""

SHOW = f"test '!' -s {quote(PATH)} || cat {quote(PATH)}"
"""Prints the mark, and nothing where there is none."""

_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,100}\Z")
_LINE = re.compile(r"(xr:v1:[^ :]*:(?P<experiment>[^ :]*):[^ :]*):(?P<epoch>[0-9]{1,18}) (?P<lineage>[^ ]+)\Z")


@dataclass(frozen=True, slots=True)
class HostMark:
    """``line`` is the file's one line under ``fence``: ``xr:v1:<site>:<experiment>:<uid8>:<epoch> <lineage8>``."""

    site: str
    experiment: str
    host: str
    fence: Fence

    def __post_init__(self) -> None:
        for part in (self.site, self.experiment, self.lineage):
            if not _PLAIN.match(part):
                raise Refused(f"{part[:80]!r} cannot be part of a mark on a host")

    @property
    def lineage(self) -> str:
        return self.fence.short_lineage or "00000000"

    @property
    def line(self) -> str:
        uid = hashlib.sha256(f"{self.site}/{self.experiment}/{self.host}".encode()).hexdigest()[:8]
        return f"xr:v1:{self.site}:{self.experiment}:{uid}:{self.fence.epoch} {self.lineage}"

    def gate(self) -> list[str]:
        """The script's lines that let through whom the mark there allows, and put ours in its place.

        Every line of the file must be allowed, and there must be one (unless it is empty or not there): a file that
        cannot be read lets nobody through.
        """
        path, new = quote(PATH), quote(f"{PATH}.new")
        known = quote(f"xr:v1:[^ ]*:[0-9]+ {self.lineage}")
        allowed = quote(f"xr:v1:[^ ]*:({numbers_up_to(self.fence.epoch)}) {self.lineage}")
        return [
            f"mkdir -p {quote(DISKS)}",
            f"test '!' -s {path} || grep -qxE {known} {path} || exit {TAKEN}",
            f"grep -qsvxE {known} {path} && exit {TAKEN}",
            f"test '!' -s {path} || grep -qxE {allowed} {path} || exit {OVERTAKEN}",
            f"grep -qsvxE {allowed} {path} && exit {OVERTAKEN}",
            f"cat > {new} <<'XR_END' && mv -f {new} {path} || exit {UNMARKED}",
            self.line,
            "XR_END",
        ]

    def judge(self, found: str) -> str:
        """Why the host is another's, given what is in the file there; empty when it is not.

        Raises:
            Fenced: an acquisition of the same database was here that is later than ours, or not in our copy of them.
        """
        if not found.strip():
            return ""
        match = _LINE.match(found.strip())
        if match is None:
            return f"{self.host} has a mark that we cannot read ({_excerpt(found)}); {_WAY_OUT}"
        if match["lineage"] != self.lineage:
            return f"{self.host} is marked by experiment {_excerpt(match['experiment'])} of another state; {_WAY_OUT}"
        experiment, epoch = match["experiment"], int(match["epoch"])
        why = self.fence.why_refused(experiment, epoch)
        if why:
            raise Fenced(f"{self.host} has epoch {epoch} of {experiment}", why, experiment, epoch)
        return ""


_WAY_OUT = f"put a new image on it, or remove {PATH} there once that experiment is over"


def numbers_up_to(limit: int) -> str:
    """The extended regular expression of the decimal numbers 0…``limit``, without leading zeros."""
    digits = str(limit)
    found = ["0", f"[1-9][0-9]{{0,{len(digits) - 2}}}"] if len(digits) > 1 else []
    for position, digit in enumerate(digits):
        lowest = 1 if position == 0 and len(digits) > 1 else 0
        if int(digit) > lowest:
            rest = len(digits) - position - 1
            tail = f"[0-9]{{{rest}}}" if rest else ""
            found.append(f"{digits[:position]}[{lowest}-{int(digit) - 1}]{tail}")
    return "|".join([*found, digits])


def _excerpt(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text.strip()[:60])
