"""What a host's answer says about each resource we asked for.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.drivers.host.xen import links, xl
from reconciler.drivers.host.xen import owner_tags as xenstore
from reconciler.drivers.host.xen.address_conflicts import find_use
from reconciler.drivers.host.xen.leftover_disks import find_left
from reconciler.drivers.host.xen.neighbours import parse_neighbours
from reconciler.drivers.host.xen.script import Output, Question, Section
from reconciler.drivers.host.xen.validation import check_bridge, check_domain, check_host
from reconciler.model.address import Address
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host

_ENDING_S = 5.0


def ask(wanted: Collection[Resource[Any]]) -> Question:
    """What has to be asked to know about all of ``wanted``, each thing once.

    Raises:
        Refused: a resource names something that we do not send to a host.
    """
    specs = [resource.spec for resource in wanted]
    for spec in specs:
        _CHECKS[type(spec)](spec)
    files = sorted({spec.fingerprint_file for spec in specs if isinstance(spec, Host)} - {""})
    return Question(
        tuple(files),
        domains=any(isinstance(spec, Domain) for spec in specs),
        links=any(isinstance(spec, Bridge) for spec in specs),
        disks=tuple(sorted({spec.disk for spec in specs if isinstance(spec, Domain)} - {""})),
    )


_CHECKS: Mapping[type, Any] = {Host: check_host, Domain: check_domain, Bridge: check_bridge}


def read(question: Question, output: Output, wanted: Collection[Resource[Any]]) -> dict[Address, Observed[Any]]:
    """The state of every resource, from a complete output.  A part that we cannot read makes only its own unknown."""
    domains, found = _Domains.read(output), _Links.read(output)
    guests: dict[Address, list[Resource[Any]]] = {}
    for resource in wanted:
        if isinstance(resource.spec, Domain):
            guests.setdefault(resource.address, []).append(resource)
    states: dict[Address, Observed[Any]] = {}
    for resource in wanted:
        if isinstance(resource.spec, Domain):
            states[resource.address] = domains.look(guests[resource.address])
        elif isinstance(resource.spec, Bridge):
            states[resource.address] = found.find(resource.spec)
        else:
            # as what is wanted, which comes first: a node taken with whatever image it has is right with its old one
            states.setdefault(resource.address, _find_host(question, output, resource.spec))
    return states


@dataclass(frozen=True, slots=True)
class _Domains:
    """``unknown`` says why nothing can be said.  ``marks`` by uuid, ``neighbours`` by address; ``disks`` are there."""

    by_uuid: Mapping[str, Sequence[Domain]]
    by_name: Mapping[str, Domain]
    zombies: frozenset[str] = frozenset()
    unknown: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    disks: frozenset[str] = frozenset()

    @classmethod
    def read(cls, output: Output) -> _Domains:
        if "list" not in output.sections:
            return cls({}, {}, unknown="not asked for")
        table, details = output.sections["list"], output.sections["domains"]
        try:
            _check_status(xl.LIST, table)
            _check_status(xl.LIST_DETAILS, details)
            listing = xl.parse_listing(table.text, details.text)
            if listing.domains:  # without any, xenstore has no such folder
                _check_status(xenstore.LIST, output.sections["marks"])
            disks = _read_disks(output)
        except ValueError as error:
            return cls({}, {}, unknown=str(error))
        by_uuid: dict[str, list[Domain]] = {}
        for domain in listing.domains:
            by_uuid.setdefault(domain.uuid, []).append(domain)
        return cls(
            by_uuid,
            {domain.name: domain for domain in listing.domains},
            listing.zombies,
            marks=xenstore.parse_marks(output.sections["marks"].text),
            neighbours=_read_neighbours(output.sections["neighbours"]),
            disks=disks,
        )

    def look(self, asked: Sequence[Resource[Domain]]) -> Observed[Domain]:
        """One domain, looked for as all that it is recorded and wanted as; in conflict only if all of these are."""
        resource = asked[-1]
        if self.unknown:
            return Unknown(self.unknown)
        owner = xenstore.owner_at(resource.endpoint, resource.address)
        state = self.find(resource.spec, owner)
        if isinstance(state, Absent):
            state = find_left([each.spec for each in asked], self.disks, self.by_uuid)
        if not isinstance(state, (Present, Absent)):
            return state
        ours = {each.spec.uuid for each in asked}
        address_conflicts = [
            domain
            for domains in self.by_uuid.values()
            for domain in domains
            if domain.uuid not in ours and not xenstore.is_of(self.marks.get(domain.uuid, ""), owner)
        ]
        host = resource.endpoint.host
        uses = [find_use(host, each.spec, address_conflicts, self.neighbours) for each in asked]
        return state if None in uses else uses[-1] or state

    def find(self, wanted: Domain, owner: xenstore.Owner) -> Observed[Domain]:
        mark = self.marks.get(wanted.uuid)  # may outlive its domain
        if wanted.uuid in self.by_uuid and mark is not None and not xenstore.is_of(mark, owner):
            return Foreign(f"the domain with the uuid of {wanted.name} is marked {mark[:80]!r}, which is not ours")
        if wanted.uuid in self.zombies:
            return Unknown(f"{wanted.name} is ending and has lost its name; what it holds is not free yet", _ENDING_S)
        namesake = self.by_name.get(wanted.name)
        if namesake is not None and namesake.uuid != wanted.uuid:
            return Foreign(f"the domain {wanted.name} on this host has the uuid {namesake.uuid}, which is not ours")
        match self.by_uuid.get(wanted.uuid, ()):
            case []:
                return Absent()
            case [domain]:  # no host can tell what a disk was copied from
                return Present(replace(domain, base_disk=wanted.base_disk if domain.disk == wanted.disk else ""))
            case several:  # xl does not mind: somebody started our configuration under another name
                names = ", ".join(sorted(domain.name for domain in several))
                return Unknown(f"{names} have one and the same uuid, that of {wanted.name}; end all but one by hand")


@dataclass(frozen=True, slots=True)
class _Links:
    by_name: Mapping[str, links.HostLink]
    unknown: str = ""

    @classmethod
    def read(cls, output: Output) -> _Links:
        if "links" not in output.sections:
            return cls({}, "not asked for")
        section = output.sections["links"]
        try:
            _check_status("ip link", section)
            return cls(links.parse_links(section.text))
        except ValueError as error:
            return cls({}, str(error))

    def find(self, wanted: Bridge) -> Observed[Bridge]:
        if self.unknown:
            return Unknown(self.unknown)
        bridge = links.find_bridge(self.by_name, wanted)
        return Absent() if bridge is None else Present(bridge)


def _find_host(question: Question, output: Output, wanted: Host) -> Observed[Host]:
    """An image without the file is not the one we want, and is there: its fingerprint is empty.

    Of a node that is taken as it is no file is wanted: that it answered is all there is to know.
    """
    if not wanted.fingerprint_file:
        return Present(wanted)
    section = output.sections[f"host {question.fingerprint_files.index(wanted.fingerprint_file)}"]
    fingerprint = section.text.split("\n")[0].strip() if section.status == 0 else ""
    return Present(Host(wanted.fingerprint_file, fingerprint))


def _read_disks(output: Output) -> frozenset[str]:
    section = output.sections.get("disks")  # not asked for where no domain has one
    if section is None:
        return frozenset()
    _check_status("the look for disks", section)
    return frozenset(section.text.splitlines())


def _read_neighbours(section: Section) -> Mapping[str, frozenset[str]]:
    """A hint and no more: a host whose neighbours cannot be read has told nothing about them."""
    try:
        return parse_neighbours(section.text) if section.status == 0 else {}
    except ValueError:
        return {}


def _check_status(command: str, section: Section) -> None:
    if section.status != 0:
        raise ValueError(f"{command} ended with status {section.status}: {section.text[:200]!r}")
