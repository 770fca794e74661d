"""Every device of the lab, made from the documents, and what happens between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from reconciler.lab.addresses import Device, Kind
from reconciler.lab.cabling import cable, nic_segment, node_name, ports_of
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deploying import Machine, connect
from reconciler.lab.documents import Inventory
from reconciler.lab.host.host import LabHost
from reconciler.lab.host.vifs import Vif
from reconciler.lab.making import Terms, derive_mac, make_deployer, make_host, make_switch
from reconciler.lab.network import Member, Network
from reconciler.lab.reachability import Place
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.effective import PortState
from reconciler.spec.site import Site

Emulated = LabDeployer | LabHost | SwitchDevice


class LabWorld:
    """Use it from one event loop only.  ``on_change`` hears of every device whose state has changed."""

    def __init__(self, inventory: Inventory, terms: Terms, on_change: Callable[[Device], None]) -> None:
        self._on_change = on_change
        self.switches: dict[Device, SwitchDevice] = {}
        self.hosts: dict[Device, LabHost] = {}
        self.deployers: dict[Device, LabDeployer] = {}
        self.network = Network(cable(inventory.sites), tuple(_interfaces(inventory.sites)))
        for site in inventory.sites:
            self._add_switches(site, terms)
            self._add_hosts(site, terms)
            self._add_deployer(site, terms)
        self._first_ports = {device: switch.port_states() for device, switch in self.switches.items()}

    @property
    def devices(self) -> dict[Device, Emulated]:
        return {**self.deployers, **self.switches, **self.hosts}

    def look(self) -> None:
        """Bring what is known of the guests up to date: some end with no one asking."""
        for device, host in self.hosts.items():
            self.network.set_machines(str(device), _members(device, host.vifs()))

    def ports_changed(self, device: Device) -> Mapping[str, PortState]:
        """The ports of a switch that do not do what they did at first; an owner's mark counts too."""
        first, now = self._first_ports[device], self.switches[device].port_states()
        return {port: state for port, state in now.items() if first[port] != state}

    def _add_switches(self, site: Site, terms: Terms) -> None:
        ports = ports_of(site)
        for switch in site.spec.switches:
            device = Device(site.metadata.name, Kind.SWITCH, switch.name)
            made = make_switch(site, switch, ports[switch.name], terms)
            self.switches[device] = made
            self.network.set_ports(str(device), made.port_states())
            made.on_change = self._switch_listener(device, made)

    def _switch_listener(self, device: Device, switch: SwitchDevice) -> Callable[[], None]:
        def changed() -> None:
            self.look()  # whoever was there just before the change counts too
            self.network.set_ports(str(device), switch.port_states())
            self._on_change(device)

        return changed

    def _add_hosts(self, site: Site, terms: Terms) -> None:
        for node in site.spec.nodes:
            device = Device(site.metadata.name, Kind.HOST, node.name)
            made = make_host(site, node, terms)
            self.hosts[device] = made
            made.on_change = self._host_listener(device, made)

    def _host_listener(self, device: Device, host: LabHost) -> Callable[[], None]:
        def changed() -> None:
            self.network.set_machines(str(device), _members(device, host.vifs()))
            self._on_change(device)

        return changed

    def _add_deployer(self, site: Site, terms: Terms) -> None:
        if site.spec.deployer.driver == "none":
            return
        device = Device(site.metadata.name, Kind.DEPLOYER, site.metadata.name)
        made = make_deployer(site, terms)
        connect(made, self._nodes(site), terms.images, lambda: self._on_change(device))
        self.deployers[device] = made

    def _nodes(self, site: Site) -> Iterator[tuple[str, Machine]]:
        """The site's nodes by the names the deployer has for them."""
        name, spec = site.metadata.name, site.spec
        for node in spec.nodes:
            primary = next(iter(node.interfaces), None)
            switch = self.switches.get(Device(name, Kind.SWITCH, primary.switch or "")) if primary else None
            port = primary.port if primary and switch else None
            host = self.hosts[Device(name, Kind.HOST, node.name)]
            yield f"{node.name}.{spec.domain}", Machine(host, switch, port or "", spec.vlans.production)


def _members(device: Device, vifs: Iterable[Vif]) -> Iterator[Member]:
    for vif in vifs:
        segment = nic_segment(str(device), vif.uplink) if vif.uplink else f"{device} {vif.bridge}"
        stack = (vif.vlan,) if vif.vlan else ()
        yield Member(vif.domain, str(device), vif.mac, Place(segment, stack), vif.uuid)


def _interfaces(sites: Iterable[Site]) -> Iterator[Member]:
    for site in sites:
        for node in site.spec.nodes:
            name = node_name(site, node.name)
            for nic in node.interfaces:
                segment = nic_segment(name, nic.name)
                yield Member(nic.name, name, nic.mac or derive_mac(segment), Place(segment, ()))
