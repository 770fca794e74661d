"""What one exec on a host asks and does, and how its output is taken apart again.  Pure.

Both scripts hold the host's lock from their first line to their last.  So a script whose connection broke, and which
may still be running, ends before the next one looks: the observation that follows shows all it will ever do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.drivers.host.address_conflicts import NEIGHBOURS
from reconciler.drivers.host.fence_file import SHOW, HostMark
from reconciler.drivers.host.validation import quote

LOCK = "/run/reconciler.lock"
LOCK_WAIT_S = 60
LOCKED, APPEARED, NO_BRIDGE = 75, 17, 18
"""Exit statuses of our scripts: the lock is held by another, a domain is there that was not when we looked, a bridge
cannot be made."""
CONFIGURATIONS = "/run/reconciler"
"""The folder of what a script writes for itself, and removes again."""

_STATUS = re.compile(r"(.*)#status ([0-9]{1,3})\Z")
_STATUS_LINE = 'echo "#status $?"'


@dataclass(frozen=True, slots=True)
class Question:
    """What an observation asks for; sections are ``host 0…``, ``domains``, ``neighbours``, ``disks`` and ``links``.

    ``domains`` are the hypervisor's own sections, by name; of ``disks`` it tells which are there.
    """

    fingerprint_files: tuple[str, ...] = ()
    domains: tuple[tuple[str, str], ...] = ()
    links: bool = False
    disks: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Name and command of each section, in order."""
        files = enumerate(self.fingerprint_files)
        return (
            *((f"host {index}", f"head -n 1 {quote(path)}") for index, path in files),
            *self.domains,
            *((("neighbours", NEIGHBOURS),) if self.domains else ()),
            *((("disks", "\n".join(map(_name_if_there, self.disks))),) if self.disks else ()),
            *((("links", "ip -d -j link show"),) if self.links else ()),
        )


@dataclass(frozen=True, slots=True)
class Work:
    """The text of one step; ``vital``: when it fails, nothing after it is done."""

    text: str
    vital: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """``status`` is None when the script ended inside the section."""

    text: str
    status: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """The sections by name, in order; ``complete`` when the script came to its end."""

    sections: dict[str, Section]
    complete: bool


def render_observation(question: Question) -> str:
    """The script that reads and changes nothing."""
    return "\n".join([*_opening(), *_asking(question), "echo '#end'", ""])


def render_barrier(mark: HostMark, question: Question) -> str:
    """The script that puts our mark in the place of an older one, and reads."""
    return "\n".join([*_opening(), *mark.gate(), *_asking(question), "echo '#end'", ""])


def render_batch(mark: HostMark, works: Sequence[Work], question: Question) -> str:
    """The script that does ``works`` in order (sections ``step 0…``), and asks ``question`` when all are through."""
    lines = [*_opening(), *mark.gate(), f"mkdir -p {CONFIGURATIONS}"]
    for index, work in enumerate(works):
        text = f"{work.text} || exit {NO_BRIDGE}" if work.vital else work.text
        lines += [f"echo '#step {index}'", text, _STATUS_LINE]
    return "\n".join([*lines, *_asking(question), "echo '#end'", ""])


def _name_if_there(path: str) -> str:
    return f"test '!' -e {quote(path)} || echo {quote(path)}"


def _opening() -> list[str]:
    """The lock, then the mark as it was found (section ``fence``)."""
    return [f"exec 9> {LOCK}", f"flock -w {LOCK_WAIT_S} 9 || exit {LOCKED}", "echo '#fence'", SHOW, _STATUS_LINE]


def _asking(question: Question) -> list[str]:
    return [line for name, command in question.sections for line in (f"echo '#{name}'", command, _STATUS_LINE)]


def successful(command: str, section: Section) -> str:
    """The text of a section whose ``command`` succeeded.

    Raises:
        ValueError: it did not.
    """
    if section.status != 0:
        raise ValueError(f"{command} ended with status {section.status}: {section.text[:200]!r}")
    return section.text


def parse_output(text: str, names: Sequence[str]) -> Output:
    """Take a script's output apart; ``names`` are the sections it was to have, in order.

    Raises:
        ValueError: something stands where none of our sections is.
    """
    sections: dict[str, Section] = {}
    lines, position = text.split("\n"), 0
    for name in names:
        if lines[position : position + 1] != [f"#{name}"]:
            return _cut(sections, lines[position:], f"#{name}")
        sections[name], position = _take(lines, position + 1)
    if lines[position : position + 1] != ["#end"]:
        return _cut(sections, lines[position:], "#end")
    return Output(sections, complete=True)


def _cut(sections: dict[str, Section], rest: list[str], due: str) -> Output:
    """The output ended early: that is all right to say; anything else in the place of a section is not."""
    if "".join(rest) and not due.startswith(rest[0]):
        raise ValueError(f"{rest[0][:80]!r} where {due!r} was due")
    return Output(sections, complete=False)


def _take(lines: list[str], start: int) -> tuple[Section, int]:
    for position in range(start, len(lines)):
        match = _STATUS.match(lines[position])
        if match:  # a text without a newline at its end has the status on its last line
            body = [*lines[start:position], *([match[1]] if match[1] else [])]
            return Section("\n".join(body), int(match[2])), position + 1
    return Section("\n".join(lines[start:]), None), len(lines)
