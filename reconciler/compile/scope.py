"""Everything that an experiment's resources follow from, and the addresses and endpoints that all of them use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from reconciler.allocation.allocate import Assignment
from reconciler.compile.wiring import Wiring
from reconciler.model.address import Address, Endpoint
from reconciler.resources.allocations import Allocations
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment, NodeGroup


@dataclass(frozen=True)
class Scope:
    """Endpoints' drivers are those that documents name: the image's or site's hypervisor, a switch's dialect."""

    experiment: Experiment
    catalogue: Catalogue
    assignment: Assignment
    allocations: Allocations
    wiring: Wiring
    _hosts: dict[str, Endpoint] = field(default_factory=dict)

    def address(self, kind: str, name: str) -> Address:
        return Address(kind, self.experiment.metadata.name, name)

    @cached_property
    def group_of(self) -> dict[str, NodeGroup]:
        """By node."""
        nodes = self.assignment.nodes
        return {node: group for group in self.experiment.spec.nodes for node in nodes[group.name]}

    def host(self, node: str) -> Endpoint:
        """Where VMs, bridges and the image of a node are seen."""
        if node not in self._hosts:
            group = self.group_of[node]
            environment = self.catalogue.environments.get(group.image or "")
            hosting = environment.spec.hosting if environment is not None else None
            driver = hosting or self.catalogue.sites[group.site].spec.hosts.hypervisor
            self._hosts[node] = Endpoint(driver, node)
        return self._hosts[node]

    def deployer(self, site: str) -> Endpoint:
        return Endpoint(self.catalogue.sites[site].spec.deployer.driver, site)

    def switch(self, switch: str) -> Endpoint:
        """By endpoint name, as ``sw-1.lille``."""
        return Endpoint(self._dialects[switch], switch)

    @cached_property
    def _dialects(self) -> dict[str, str]:
        return {
            f"{switch.name}.{name}": switch.dialect
            for name, site in self.catalogue.sites.items()
            for switch in site.spec.switches
        }

    def carrier(self, node: str) -> Address | None:
        """The image that a node's bridges and VMs are gone with."""
        return self.address("deployment", node) if node in self.wiring.imaged else None
