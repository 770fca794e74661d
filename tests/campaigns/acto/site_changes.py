"""What happens to the Site documents: an operator lends more or less, and somebody writes down what is not so."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from tests.campaigns.acto.documents import Documents, Tree, copied
from tests.campaigns.acto.values import ANY_KEY

SPARE = "spare"
"""A site that nothing uses: whatever its document says, nothing follows from it."""


class Outcome(Enum):
    IDLE = "nothing uses that site"
    FOLLOWS = "the testbed follows, or need not"
    HINDERED = "it cannot be done: said so, and the machines run on"


@dataclass(frozen=True, slots=True)
class SiteChange:
    name: str
    documents: Documents
    outcome: Outcome


def with_sites(documents: Documents, sites: Mapping[str, Tree]) -> Documents:
    """The documents, the sites as the lab says they are reached, and one more."""
    spare = copy.deepcopy(sites["lille"])
    spare["metadata"]["name"] = SPARE
    spare["spec"]["domain"] = "spare.lab.test"
    spare["spec"]["addresses"] = {"space": "10.148.0.0/16", "ranges": [{"name": "all", "range": "10.148.0.0/17"}]}
    for number, node in enumerate(spare["spec"]["nodes"], start=1):
        for place, nic in enumerate(node["interfaces"]):
            nic |= {"mac": f"02:1a:b0:03:{number:02x}:{place:02x}"}
            nic.pop("ip", None)
    spare["spec"]["switches"].append({"name": "sw-9"})
    trees = {**sites, SPARE: spare}
    return {**documents, **{("Site", name): copy.deepcopy(tree) for name, tree in trees.items()}}


def spare_changes(documents: Documents) -> Iterator[SiteChange]:
    """Of the site that nothing uses, what makes sense only together."""
    without, moved = copied(documents), copied(documents)
    del without["Site", SPARE]["spec"]["wan"]
    del without["Site", SPARE]["spec"]["links"][1]
    spec = moved["Site", SPARE]["spec"]
    spec["wan"] |= {"switch": "sw-2", "customerPort": "Ethernet36"}
    spec["links"][1] = {"between": [{"switch": "sw-2", "port": "Ethernet35"}, {"switch": "sw-2", "port": "Ethernet36"}]}
    yield SiteChange("spare site: no backbone", without, Outcome.IDLE)
    yield SiteChange("spare site: another switch at the backbone", moved, Outcome.IDLE)


def site_changes(documents: Documents) -> Iterator[SiteChange]:
    """Of a site that is in use."""
    for name, path, value, outcome in (
        ("a label", "metadata.labels", {"testbed": "ours"}, Outcome.FOLLOWS),
        ("another name of a range", "spec.addresses.ranges.0.name", "ours", Outcome.FOLLOWS),
        ("a smaller range", "spec.addresses.ranges.0.range", "10.136.0.0/17", Outcome.FOLLOWS),
        ("one more range", "spec.addresses.ranges.3.scheme", "lease", Outcome.FOLLOWS),
        ("another gateway", "spec.addresses.gateway", "10.139.255.253", Outcome.FOLLOWS),
        ("more local VLANs", "spec.vlans.local", "700-709,716-719", Outcome.FOLLOWS),
        ("other local VLANs", "spec.vlans.local", "750-759", Outcome.FOLLOWS),
        ("other routed VLANs", "spec.vlans.routed", "716-719", Outcome.FOLLOWS),
        ("fewer global VLANs", "spec.vlans.global", "730-739", Outcome.FOLLOWS),
        ("global VLANs that the other site has not", "spec.vlans.global", "740-749", Outcome.HINDERED),
        ("other S-VLANs", "spec.wan.sVlans", "1000-1003", Outcome.FOLLOWS),
        ("no production VLAN", "spec.vlans.production", None, Outcome.FOLLOWS),
        ("more memory", "spec.nodes.0.memory", "16GiB", Outcome.FOLLOWS),
        ("more cores", "spec.nodes.0.cores", 16, Outcome.FOLLOWS),
        ("no hardware virtualisation", "spec.nodes.0.hvm", False, Outcome.FOLLOWS),
        ("a node that may not be imaged", "spec.nodes.3.deployable", False, Outcome.FOLLOWS),
        ("a node of another cluster", "spec.nodes.3.cluster", "chimint", Outcome.FOLLOWS),
        ("another host key", "spec.nodes.0.hostKey", ANY_KEY, Outcome.HINDERED),
        ("another port of a host", "spec.nodes.0.port", 1, Outcome.HINDERED),
        ("another address of a host", "spec.nodes.0.address", "127.255.255.250", Outcome.HINDERED),
        ("another port of a switch", "spec.switches.0.port", 1, Outcome.HINDERED),
        ("another key of a switch", "spec.switches.0.hostKey", ANY_KEY, Outcome.HINDERED),
        ("another address of a switch", "spec.switches.0.address", "127.255.255.250", Outcome.HINDERED),
        ("another deployer", "spec.deployer.url", "http://127.255.255.250:1", Outcome.HINDERED),
        ("another user of the hosts", "spec.hosts.user", "nobody", Outcome.HINDERED),
        ("no key for the switches", "spec.switchAccess.identityFile", "/nonexistent/key", Outcome.HINDERED),
        ("no key for the hosts", "spec.hosts.identityFile", "/nonexistent/key", Outcome.HINDERED),
    ):
        yield SiteChange(f"site: {name}", _changed(documents, path, value), outcome)


def _changed(documents: Documents, path: str, value: object) -> Documents:
    """Of the site that most of the experiment is at."""
    found = copied(documents)
    *way, last = path.split(".")
    place: object = found["Site", "lille"]
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index] - plain YAML
    if value is None:
        del place[last]  # type: ignore[attr-defined] - as above
    else:
        place[last] = value  # type: ignore[index] - as above
    return found
