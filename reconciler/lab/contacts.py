"""Where and how each emulated device answers, for whoever wants to talk to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reconciler.lab.addresses import Device, Kind


@dataclass(frozen=True, slots=True)
class LabContact:
    """``endpoint`` is ``<device>.<site>``, or the site for a deployer, which has a ``url`` and no keys."""

    endpoint: str
    kind: str
    site: str
    device: str
    address: str
    port: int
    user: str
    host_key: str = ""
    identity_file: str = ""

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.port}" if self.kind == Kind.DEPLOYER else ""

    @property
    def key(self) -> Device:
        return Device(self.site, Kind(self.kind), self.device)


def render_contacts(contacts: Sequence[LabContact]) -> str:
    return json.dumps([asdict(contact) for contact in contacts], indent=1) + "\n"


def parse_contacts(text: str) -> tuple[LabContact, ...]:
    """Read what ``render_contacts`` wrote; ValueError for anything else."""
    try:
        return tuple(LabContact(**item) for item in json.loads(text))
    except TypeError as error:
        raise ValueError(f"not the contacts of a lab: {error}") from None


def render_site_tree(tree: Mapping[str, Any], contacts: Mapping[Device, LabContact]) -> dict[str, Any]:
    """The Site document ``tree``, with the lab's contacts in it: an ordinary document that needs no lab to be read."""
    site = copy.deepcopy(dict(tree))
    name, spec = site["metadata"]["name"], site["spec"]
    spec["access"] = "direct"
    for kind, field, access in ((Kind.HOST, "nodes", "hosts"), (Kind.SWITCH, "switches", "switchAccess")):
        for entry in spec.get(field) or ():
            if contact := contacts.get(Device(name, kind, entry["name"])):
                entry |= {"address": contact.address, "port": contact.port, "hostKey": contact.host_key}
                spec[access] = (spec.get(access) or {}) | {"identityFile": contact.identity_file}
    if contact := contacts.get(Device(name, Kind.DEPLOYER, name)):
        spec["deployer"] = (spec.get("deployer") or {}) | {"url": contact.url}
    return site
