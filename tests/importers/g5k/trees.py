"""Small reference repositories of our own, written to a folder file by file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reconciler.importers.g5k.importing import Imported, import_tree
from reconciler.importers.g5k.options import Options
from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.site import Interface, Node, Site

Json = dict[str, Any]


def adapter(device: str = "eth0", number: int = 1, **changes: Any) -> Json:
    """An adapter as of 2026: mounted, in a VLAN service, on port 1/1/<number> of sw-1."""
    values = {
        "device": device,
        "interface": "Ethernet",
        "enabled": True,
        "mountable": True,
        "mounted": device == "eth0",
        "management": False,
        "kavlan": True,
        "mac": f"ec:f4:bb:00:{int(device[-1]):02x}:{number:02x}",
        "ip": f"172.16.{int(device[-1])}.{number}",
        "switch": "sw-1",
        "switch_port": f"1/1/{number + 24 * int(device[-1])}",
    }
    return {key: value for key, value in {**values, **changes}.items() if value is not ...}


def node(number: int = 1, adapters: Iterable[Json] | None = None, **changes: Any) -> Json:
    """A node as of 2026 with 16 cores, 64 GiB and one adapter."""
    values: Json = {
        "uid": f"para-{number}",
        "type": "node",
        "architecture": {"nb_cores": 16},
        "main_memory": {"ram_size": 64 * 1024**3},
        "supported_job_types": {"deploy": True, "virtual": "ivt"},
        "network_adapters": list(adapters if adapters is not None else [adapter(number=number)]),
    }
    return {key: value for key, value in {**values, **changes}.items() if value is not ...}


def switch(name: str, ports: dict[int, Json] | None = None, **changes: Any) -> Json:
    """A switch with one line card; ``ports`` by number, ``1/1/<number>`` for SNMP."""
    last = max(ports or {0: {}})
    card: list[Json] = [{} for _ in range(last + 1)]
    for number, port in (ports or {}).items():
        card[number] = {"snmp_name": f"1/1/{number}", "kind": "switch", "switchport_mode": "trunk", **port}
    values: Json = {"uid": name, "kind": "switch", "linecards": [{}, {"kind": "node", "ports": card}]}
    return {**values, **changes}


SITE: Json = {
    "uid": "rennes",
    "g5ksubnet": {"network": "10.156.0.0/14", "gateway": "10.159.255.254"},
    "kavlans": {"1": {"network": "192.168.192.0/20"}, "default": {"network": "172.16.96.0/20"}},
}


class TreeOnDisk:
    """A repository with the site ``rennes`` and its cluster ``para``, to which tests add."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.add_site("rennes", SITE)

    def add_site(self, name: str, values: Json) -> None:
        self.write(f"{name}/{name}.json", values)

    def add_nodes(self, *nodes: Json, site: str = "rennes", cluster: str = "para") -> None:
        for number, values in enumerate(nodes, 1):
            self.write(f"{site}/clusters/{cluster}/nodes/{cluster}-{number}.json", values)

    def add_equipment(self, *equipment: Json, site: str = "rennes") -> None:
        for values in equipment:
            self.write(f"{site}/network_equipments/{values['uid']}.json", values)

    def write(self, path: str, values: object) -> Path:
        file = self.root / "data/grid5000/sites" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(values if isinstance(values, str) else json.dumps(values, indent=2))
        return file

    def run(self, **options: Any) -> Imported:
        return import_tree(self.root, Options(**options))


def only_site(imported: Imported) -> Site:
    (site,) = imported.sites
    return site.site


def only_node(imported: Imported) -> Node:
    (found,) = only_site(imported).spec.nodes
    return found


def interfaces(imported: Imported) -> dict[str, Interface]:
    return {interface.name: interface for interface in only_node(imported).interfaces}


def findings(imported: Imported, code: str) -> list[Diagnostic]:
    return [finding for finding in imported.findings if finding.code == code]


def codes(imported: Imported) -> set[str]:
    return {finding.code for finding in imported.findings}
