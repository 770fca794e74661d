"""What a host's answer says about each resource we asked for.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from re import Pattern
from typing import Any

from reconciler.drivers.host import links
from reconciler.drivers.host.address_conflicts import find_use, parse_neighbours
from reconciler.drivers.host.hypervisor import Hypervisor, Listing
from reconciler.drivers.host.leftover_disks import find_left
from reconciler.drivers.host.owner_tags import Owner, is_of, owner_at
from reconciler.drivers.host.script import Output, Question, Section, successful
from reconciler.drivers.host.validation import check_bridge, check_domain, check_host
from reconciler.model.address import Address
from reconciler.model.errors import Refused
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host

_ENDING_S = 5.0


def ask(wanted: Collection[Resource[Any]], hypervisor: Hypervisor) -> Question:
    """What has to be asked to know about all of ``wanted``, each thing once.

    Raises:
        Refused: a resource names something that we do not send to a host.
    """
    specs = [resource.spec for resource in wanted]
    for spec in specs:
        _check(spec, hypervisor)
    files = sorted({spec.fingerprint_file for spec in specs if isinstance(spec, Host)} - {""})
    return Question(
        tuple(files),
        domains=hypervisor.sections if any(isinstance(spec, Domain) for spec in specs) else (),
        links=any(isinstance(spec, Bridge) for spec in specs),
        disks=tuple(sorted({spec.disk for spec in specs if isinstance(spec, Domain)} - {""})),
    )


def _check(spec: Any, hypervisor: Hypervisor) -> None:
    match spec:
        case Domain():
            check_domain(spec, hypervisor.modes)
        case Bridge():
            check_bridge(spec)
        case Host():
            check_host(spec)
        case _:
            raise Refused(f"a host with {hypervisor.name} has no {type(spec).__name__}")


def read(
    question: Question, output: Output, wanted: Collection[Resource[Any]], hypervisor: Hypervisor
) -> dict[Address, Observed[Any]]:
    """The state of every resource, from a complete output.  A part that we cannot read makes only its own unknown."""
    domains, found = _Domains.read(question, output, hypervisor), _Links.read(output, hypervisor)
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
    """``unknown`` says why nothing can be said.  ``neighbours`` are by address; ``disks`` are there."""

    by_uuid: Mapping[str, Sequence[Domain]] = field(default_factory=dict)
    by_name: Mapping[str, Domain] = field(default_factory=dict)
    listing: Listing = field(default_factory=lambda: Listing(()))
    unknown: str = ""
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    disks: frozenset[str] = frozenset()

    @classmethod
    def read(cls, question: Question, output: Output, hypervisor: Hypervisor) -> _Domains:
        if not question.domains:
            return cls(unknown="not asked for")
        try:
            listing = hypervisor.parse({name: output.sections[name] for name, _ in question.domains})
            disks = _read_disks(output)
        except ValueError as error:
            return cls(unknown=str(error))
        by_uuid: dict[str, list[Domain]] = {}
        for domain in listing.domains:
            by_uuid.setdefault(domain.uuid, []).append(domain)
        by_name = {domain.name: domain for domain in listing.domains}
        neighbours = _read_neighbours(output.sections["neighbours"])
        return cls(by_uuid, by_name, listing, neighbours=neighbours, disks=disks)

    def look(self, asked: Sequence[Resource[Domain]]) -> Observed[Domain]:
        """One domain, looked for as all that it is recorded and wanted as; in conflict only if all of these are."""
        resource = asked[-1]
        if self.unknown:
            return Unknown(self.unknown)
        owner = owner_at(resource.endpoint, resource.address)
        state = self.find(resource.spec, owner)
        if isinstance(state, Absent):
            state = find_left([each.spec for each in asked], self.disks, self.by_uuid)
        if not isinstance(state, (Present, Absent)):
            return state
        ours = {each.spec.uuid for each in asked}
        others = [
            domain
            for domain in self.listing.domains
            if domain.uuid not in ours and not is_of(self.listing.marks.get(domain.uuid, ""), owner)
        ]
        host = resource.endpoint.host
        uses = [find_use(host, each.spec, others, self.neighbours) for each in asked]
        return state if None in uses else uses[-1] or state

    def find(self, wanted: Domain, owner: Owner) -> Observed[Domain]:
        mark = self.listing.marks.get(wanted.uuid)  # may outlive its domain
        if wanted.uuid in self.by_uuid and mark is not None and not is_of(mark, owner):
            found = f"the domain with the uuid of {wanted.name} is marked {mark[:80]!r}"
            return Foreign(f"{found}, which is not managed by this experiment")
        if wanted.uuid in self.listing.zombies:
            return Unknown(f"{wanted.name} is ending and has lost its name; what it holds is not free yet", _ENDING_S)
        namesake = self.by_name.get(wanted.name)
        if namesake is not None and namesake.uuid != wanted.uuid:
            found = f"the domain {wanted.name} on this host has the uuid {namesake.uuid}"
            return Foreign(f"{found}, which is not managed by this experiment")
        match self.by_uuid.get(wanted.uuid, ()):
            case []:
                return Absent()
            case [domain]:  # no host can tell what a disk was copied from
                return Present(replace(domain, base_disk=wanted.base_disk if domain.disk == wanted.disk else ""))
            case several:  # xl does not mind that somebody starts our configuration under another name
                names = ", ".join(sorted(domain.name for domain in several))
                return Unknown(f"{names} have one and the same uuid, that of {wanted.name}; end all but one by hand")


@dataclass(frozen=True, slots=True)
class _Links:
    by_name: Mapping[str, links.HostLink]
    guest_ports: Pattern[str]
    unknown: str = ""

    @classmethod
    def read(cls, output: Output, hypervisor: Hypervisor) -> _Links:
        ports = hypervisor.guest_ports
        if "links" not in output.sections:
            return cls({}, ports, "not asked for")
        section = output.sections["links"]
        try:
            return cls(links.parse_links(successful("ip link", section)), ports)
        except ValueError as error:
            return cls({}, ports, str(error))

    def find(self, wanted: Bridge) -> Observed[Bridge]:
        if self.unknown:
            return Unknown(self.unknown)
        bridge = links.find_bridge(self.by_name, wanted, self.guest_ports)
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
    return frozenset(successful("the look for disks", section).splitlines())


def _read_neighbours(section: Section) -> Mapping[str, frozenset[str]]:
    """A hint and no more: a host whose neighbours cannot be read has told nothing about them."""
    try:
        return parse_neighbours(section.text) if section.status == 0 else {}
    except ValueError:
        return {}
