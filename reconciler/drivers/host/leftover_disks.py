"""What a domain that ended by itself has left behind: its own disk, which nobody but us removes.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from reconciler.drivers.host.address_conflicts import printable_name
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.domain import Domain

OFF = "off"
"""The state of a domain that its host does not know, and whose own disk is still there."""


def find_left(
    forms: Sequence[Domain], disks: Collection[str], living: Mapping[str, Sequence[Domain]]
) -> Present[Domain] | Foreign | Absent:
    """A domain that is not there, as all ``forms`` it is wanted and recorded as: it is off while a disk of it is there.

    Then ``disk`` names all that are there, as those of a domain with several: comma between them.  ``living`` are the
    host's domains, by uuid; a disk that one of them uses is no longer only ours.
    """
    left = tuple(dict.fromkeys(form.disk for form in reversed(forms) if form.disk in disks))
    if not left or any(form.uuid in living for form in forms):
        return Absent()
    for other in (domain for domains in living.values() for domain in domains):
        used = sorted(set(left) & set(other.disk.split(",")))
        if used:
            name = printable_name(other)
            return Foreign(f"the disk {used[0]} is used by the domain {name}, which is not managed by this experiment")
    form = next(form for form in reversed(forms) if form.disk == left[0])
    return Present(replace(form, disk=",".join(left), state=OFF))
