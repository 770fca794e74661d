"""``xl`` of the dom0 in memory, with the shapes and messages recorded in ``replies/``."""

from __future__ import annotations

import json
from typing import Any

from tests.drivers.host.ip_tool import Say
from tests.drivers.host.xen.configuration import parse_configuration, parse_parts

HEADER = "Name                                        ID   Mem VCPUs\tState\tTime(s)"
VERBOSE = "   UUID                            Reason-Code\tSecurity Label"


class Xl:
    """``domains`` by name; ``zombies`` have lost theirs.  The prefixes and ``cut_details`` spoil what it prints."""

    def __init__(self, files: dict[str, str], links: dict[str, Any], mutations: list[str]) -> None:
        self.files = files
        self.links = links
        self.mutations = mutations
        self.domains: dict[str, dict[str, Any]] = {}
        self.zombies: list[dict[str, Any]] = []
        self.free_mib = 4096
        self.next_id = 1
        self.table_prefix = self.details_prefix = ""
        self.cut_details = 0

    def __call__(self, words: list[str], say: Say, fail: Say) -> int:
        verb = getattr(self, "_do_" + words[0].replace("-", "_"))
        return verb(words[1:], say, fail)

    def _do_list(self, words: list[str], say: Say, fail: Say) -> int:
        if words == ["-v"]:
            say(self.table_prefix + self._table())
        else:
            assert words == ["-l"]
            text = self.details_prefix + json.dumps(self._details(), indent=4) + "\n"
            say(text[: -self.cut_details] if self.cut_details else text)
        return 0

    def _table(self) -> str:
        zero = {"name": "Domain-0", "id": 0, "memory": 384, "vcpus": 1, "state": "r-----"}
        zero["uuid"] = "00000000-0000-0000-0000-000000000000"
        lines = [HEADER + VERBOSE]
        for domain in [zero, *self.domains.values(), *self.zombies]:
            start = f"{domain['name']:<40} {domain['id']:5d} {domain['memory']:5d} {domain['vcpus']:5d}     "
            lines.append(f"{start}{domain['state']}  {1.0:8.1f} {domain['uuid']} {'-':>8} {'-':>16}")
        return "\n".join(lines) + "\n"

    def _details(self) -> list[object]:
        entries: list[object] = [{"domid": 0, "config": {"c_info": {"name": "Domain-0"}, "b_info": {}}}]
        for domain in self.domains.values():
            built = {
                "max_vcpus": domain["vcpus"],
                "max_memkb": domain["maxmem"] * 1024,
                "target_memkb": domain["target"] * 1024,
                **{key: domain[key] for key in ("kernel", "ramdisk", "cmdline") if domain[key]},
            }
            created = {"type": domain["type"], "name": domain["name"], "uuid": domain["uuid"], "domid": 4294967295}
            config: dict[str, object] = {"c_info": created, "b_info": built}
            if domain["nics"]:
                config["nics"] = [{"devid": devid, **nic} for devid, nic in sorted(domain["nics"].items())]
            if domain["disk"]:
                config["disks"] = [{"pdev_path": domain["disk"], "vdev": "xvda", "format": "raw", "readwrite": 1}]
            entries.append({"domid": domain["id"], "config": config})
        return entries

    def _do_create(self, words: list[str], say: Say, fail: Say) -> int:
        assert words[0] == "-p", "a guest must not run before it is marked"
        fail(f"Parsing config from {words[1]}\n")
        config = parse_configuration(self.files[words[1]])
        name = config["name"]
        nics = {index: parse_parts(vif) for index, vif in enumerate(config["vif"])}
        disk = config["disk"][0].split(",")[0] if config.get("disk") else ""
        if name in self.domains:
            fail(f'libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain with name "{name}" already exists.\n')
            return 3
        for path in filter(None, (config["kernel"], config.get("ramdisk", ""), disk)):
            if path not in self.files:
                fail(f"xc: error: panic: xg_dom_core.c:205: failed to open file '{path}': No such file or directory\n")
                return 3
        for nic in nics.values():
            if nic["bridge"] not in self.links:
                fail(f"libxl: error: libxl_device.c:1337: script: Could not find bridge device {nic['bridge']}\n")
                return 3
        memory = int(config["memory"])
        if memory > self.free_mib:
            fail("libxl: error: libxl_dom.c:586: xc_dom_boot_mem_init failed: Cannot allocate memory\n")
            return 3
        self.free_mib -= memory
        self.domains[name] = {
            "name": name, "uuid": config["uuid"], "id": self.next_id, "memory": memory, "target": memory,
            "maxmem": int(config["maxmem"]), "vcpus": int(config["vcpus"]), "state": "--p---",
            "kernel": config["kernel"], "ramdisk": config.get("ramdisk", ""), "cmdline": config.get("extra", ""),
            "nics": nics, "disk": disk, "type": config["type"],
        }  # fmt: skip
        self.next_id += 1
        self.mutations.append(f"xl create {name}")
        return 0

    def _known(self, name: str, fail: Say) -> dict[str, Any] | None:
        if name not in self.domains:
            fail(f"{name} is an invalid domain identifier (rc=-6)\n")
        return self.domains.get(name)

    def _do_domid(self, words: list[str], say: Say, fail: Say) -> int:
        return 0 if self._known(words[0], fail) else 1

    def _do_destroy(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None:
            return 1
        self.free_mib += domain["memory"]
        del self.domains[words[0]]
        self.mutations.append(f"xl destroy {words[0]}")
        return 0

    def _do_mem_set(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None:
            return 1
        memory = int(words[1].removesuffix("m"))
        if memory > domain["maxmem"]:
            fail("libxl: error: memory_dynamic_max must be less than or equal to memory_static_max\n")
            return 1
        domain["target"] = memory
        if not domain.get("stubborn"):
            domain["memory"] = memory
        self.mutations.append(f"xl mem-set {words[0]}")
        return 0

    def _do_unpause(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None:
            return 1
        domain["state"] = "-b----"
        return 0

    def _do_rename(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None or words[1] in self.domains:
            return 1
        self.domains[words[1]] = self.domains.pop(words[0])
        domain["name"] = words[1]
        return 0

    def _do_network_attach(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None:
            return 1
        nic = dict(word.split("=") for word in words[1:])
        domain["nics"][max(domain["nics"], default=-1) + 1] = nic
        self.mutations.append(f"xl network-attach {words[0]}")
        if nic["bridge"] not in self.links:
            fail(f"libxl: error: script: Could not find bridge device {nic['bridge']}\n")
            return 1
        return 0

    def _do_network_detach(self, words: list[str], say: Say, fail: Say) -> int:
        domain = self._known(words[0], fail)
        if domain is None:
            return 1
        gone = [devid for devid, nic in domain["nics"].items() if nic["mac"] == words[1]]
        if not gone:
            fail(f"Unknown device {words[1]}.\n")
            return 1
        del domain["nics"][gone[0]]
        self.mutations.append(f"xl network-detach {words[0]}")
        return 0
