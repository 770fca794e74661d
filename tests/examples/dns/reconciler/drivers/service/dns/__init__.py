"""Names of VMs, kept by a server of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.drivers.service.dns.driver import DnsDriver

    from reconciler.transport.connections import Connections


def connect(connections: Connections) -> DnsDriver:
    from reconciler.drivers.service.dns.driver import DnsDriver
    from reconciler.drivers.service.dns.server import Server

    return DnsDriver({site: Server(service.url) for site, service in connections.services.get("dns", {}).items()})
