"""The conditions of an experiment that several kinds count for."""

from __future__ import annotations

from reconciler.resources.kind import Part

NODES_DEPLOYED = Part(10, "NodesDeployed", "AllNodesDeployed", "NodesNotDeployed", "nodes", alike=True)
ADDRESSES_LEASED = Part(20, "AddressesLeased", "AllLeased", "NotLeased", "holdings", alike=False)
NETWORK_CONFIGURED = Part(30, "NetworkConfigured", "AllConfigured", "PortsDiffer", "switches and bridges", alike=False)
DOMAINS_RUNNING = Part(40, "DomainsRunning", "AllRunning", "DomainsNotRunning", "VMs", alike=False)
