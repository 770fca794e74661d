"""What a host's answer says about each resource we asked for.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reconciler.drivers.xen import links, xl
from reconciler.drivers.xen.script import Output, Question, Section
from reconciler.drivers.xen.words import check_bridge, check_domain, check_host
from reconciler.model.address import Address
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.resources.domain import Bridge, Domain, Host

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
    )


_CHECKS: Mapping[type, Any] = {Host: check_host, Domain: check_domain, Bridge: check_bridge}


def read(question: Question, output: Output, wanted: Collection[Resource[Any]]) -> dict[Address, Observed[Any]]:
    """The state of every resource, from a complete output.  A part that we cannot read makes only its own unknown."""
    domains, found = _Domains.read(output), _Links.read(output)
    states: dict[Address, Observed[Any]] = {}
    for resource in wanted:
        if isinstance(resource.spec, Domain):
            states[resource.address] = domains.find(resource.spec)
        elif isinstance(resource.spec, Bridge):
            states[resource.address] = found.find(resource.spec)
        else:
            states[resource.address] = _find_host(question, output, resource.spec)
    return states


@dataclass(frozen=True, slots=True)
class _Domains:
    """``unknown`` says why nothing can be said."""

    by_uuid: Mapping[str, Sequence[Domain]]
    by_name: Mapping[str, Domain]
    zombies: frozenset[str] = frozenset()
    unknown: str = ""

    @classmethod
    def read(cls, output: Output) -> _Domains:
        if "list" not in output.sections:
            return cls({}, {}, unknown="not asked for")
        table, details = output.sections["list"], output.sections["domains"]
        try:
            _check_status(xl.LIST, table)
            _check_status(xl.LIST_DETAILS, details)
            listing = xl.parse_listing(table.text, details.text)
        except ValueError as error:
            return cls({}, {}, unknown=str(error))
        by_uuid: dict[str, list[Domain]] = {}
        for domain in listing.domains:
            by_uuid.setdefault(domain.uuid, []).append(domain)
        return cls(by_uuid, {domain.name: domain for domain in listing.domains}, listing.zombies)

    def find(self, wanted: Domain) -> Observed[Domain]:
        if self.unknown:
            return Unknown(self.unknown)
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
    by_name: Mapping[str, links.Link]
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


def _check_status(command: str, section: Section) -> None:
    if section.status != 0:
        raise ValueError(f"{command} ended with status {section.status}: {section.text[:200]!r}")
