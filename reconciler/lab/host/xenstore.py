"""The part of xenstore below /vm: what the toolstack keeps of each domain, and what others have written beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reconciler.lab.host.call import Call
from reconciler.lab.host.domain import LabDomain
from reconciler.lab.host.hypervisor import Hypervisor

_PATH = re.compile(r"/vm(/[A-Za-z0-9@_-]+)*\Z")
_UNSEEN = str.maketrans({"\n": "\\n", "\t": "\\t", "\\": "\\\\"})


@dataclass(frozen=True, slots=True)
class Note:
    """A key written by hand; ``domain`` is the number of the domain that it goes with, None for a stray one."""

    path: str
    value: str
    domain: int | None


class Xenstore:
    """A domain's folder goes with it: also when its guest reboots, for that is a new domain."""

    def __init__(self, hypervisor: Hypervisor) -> None:
        self._hypervisor = hypervisor
        self._notes: dict[tuple[str, int | None], Note] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(note for _, note in sorted(self._notes.items(), key=lambda item: (item[0][0], item[0][1] or 0)))

    def load(self, notes: Iterable[Note]) -> None:
        self._notes = {(note.path, note.domain): note for note in notes}

    def keep_only(self, domains: set[int]) -> None:
        """The other domains have ended."""
        self._notes = {key: note for key, note in self._notes.items() if note.domain is None or note.domain in domains}

    def list(self, call: Call) -> int:
        """`xenstore-ls -f PATH`."""
        match call.arguments:
            case ("-f", path) if _PATH.match(path):
                values = {key: value for key, value in self._values().items() if f"{key}/".startswith(f"{path}/")}
                if not values:
                    return call.fail(f"xenstore-ls: xs_directory ({path}): No such file or directory")
                call.say(
                    "".join(f'{key} = "{values[key].translate(_UNSEEN)}"\n' for key in sorted(values) if key != path)
                )
                return 0
            case (option, *_) if option.startswith("-") and option != "-f":
                return call.fail(f"xenstore-ls: invalid option -- '{option[1:2]}'")
        return call.fail("xenstore-ls: this host wants -f and a path below /vm")

    def read(self, call: Call) -> int:
        """`xenstore-read PATH…`; ends at the first that is not there."""
        values = self._values()
        for path in call.arguments:
            if path not in values:
                return call.fail(f"xenstore-read: couldn't read path {path}")
            call.say(f"{values[path]}\n")
        return 0

    def write(self, call: Call) -> int:
        """`xenstore-write PATH VALUE…`; a folder that is not there is made, whether or not there is such a domain."""
        words = call.arguments
        if not words or len(words) % 2 or words[0].startswith("-"):
            return call.fail("xenstore-write: Usage: xenstore-write [-h] [-s] [-R] key value [...]")
        for path, value in zip(words[::2], words[1::2], strict=True):
            if not _PATH.match(path):
                return call.fail(f"could not write path {path}")
            owner = self._owner(path)
            self._notes[path, owner] = Note(path, value, owner)
        return 0

    def remove(self, call: Call) -> int:
        """`xenstore-rm PATH…`: of what was written by hand; what is not there is no error."""
        for path in call.arguments:
            self._notes = {key: note for key, note in self._notes.items() if not f"{key[0]}/".startswith(f"{path}/")}
        return 0

    def _owner(self, path: str) -> int | None:
        uuid = path.split("/")[2] if path.count("/") > 1 else ""
        return max((domain.id for domain in self._hypervisor if domain.config.uuid == uuid), default=None)

    def _values(self) -> Mapping[str, str]:
        values: dict[str, str] = {}
        for domain in self._hypervisor:
            values |= _of_domain(domain)
        values |= {note.path: note.value for note in self.notes}
        for path in list(values):
            while "/" in path[1:]:
                path = path.rpartition("/")[0]
                values.setdefault(path, "")
        return values


def _of_domain(domain: LabDomain) -> Mapping[str, str]:
    config = domain.config
    folder = f"/vm/{config.uuid}"
    image = {"cmdline": config.cmdline, "kernel": config.kernel, "ostype": "linux", "ramdisk": config.ramdisk}
    found = {f"{folder}/image/{key}": value for key, value in image.items() if value}
    return found | {
        f"{folder}/name": config.name,
        f"{folder}/start_time": f"{domain.started_at:.2f}",
        f"{folder}/uuid": config.uuid,
    }


Command = Callable[[Xenstore, Call], int]

COMMANDS: Mapping[str, Command] = {
    "xenstore-ls": Xenstore.list,
    "xenstore-read": Xenstore.read,
    "xenstore-write": Xenstore.write,
    "xenstore-rm": Xenstore.remove,
}
CHANGING = frozenset(("xenstore-write", "xenstore-rm"))
