"""Where and how each emulated device answers, for whoever wants to talk to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import yaml

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


class _Dumper(yaml.SafeDumper):
    """Quotes what some reader could take for a number, a time or a boolean."""


def render_yaml(tree: Mapping[str, Any]) -> str:
    """A document as text, which reads as nothing but ``tree``."""
    return yaml.dump(dict(tree), Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=160)


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    plain = text[:1].isalpha() and text.lower() not in ("y", "n")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _represent_text)
