"""``ip link`` of the dom0 in memory, with the messages of the real one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Say = Callable[[str], None]
BASE_LINKS = ("lo", "eth0", "eth1")


class Ip:
    """``links`` are as ``ip -d -j link show`` prints them, by name; eth1 is down at first."""

    def __init__(self, mutations: list[str]) -> None:
        self.links: dict[str, dict[str, Any]] = {
            name: {"ifname": name, "flags": ["UP"] if name != "eth1" else []} for name in BASE_LINKS
        }
        self.mutations = mutations
        self.neighbours: list[dict[str, Any]] = []

    def __call__(self, words: list[str], say: Say, fail: Say) -> int:
        match words:
            case ["-d", "-j", "link", "show"]:
                say(json.dumps(list(self.links.values())) + "\n")
                return 0
            case ["-j", "neigh", "show"]:
                say(json.dumps(self.neighbours))
                return 0
            case ["link", "add", "link", uplink, "name", name, "type", "vlan", "id", vid]:
                if uplink not in self.links:
                    fail(f'Cannot find device "{uplink}"\n')
                    return 1
                info = {"info_kind": "vlan", "info_data": {"protocol": "802.1Q", "id": int(vid)}}
                return self._add(name, {"link": uplink, "linkinfo": info}, fail)
            case ["link", "add", "name", name, "type", "bridge"]:
                return self._add(name, {"linkinfo": {"info_kind": "bridge"}}, fail)
            case ["link", "set", "dev", name, *what]:
                return self._set(name, what, fail)
            case ["link", "del", name]:
                if name not in self.links:
                    fail(f'Cannot find device "{name}"\n')
                    return 1
                del self.links[name]
                for link in self.links.values():
                    if link.get("master") == name:
                        del link["master"]
                self.mutations.append(f"ip link del {name}")
                return 0
        raise AssertionError(words)

    def _add(self, name: str, facts: dict[str, object], fail: Say) -> int:
        assert len(name) <= 15
        if name in self.links:
            fail("RTNETLINK answers: File exists\n")
            return 2
        self.links[name] = {"ifname": name, "flags": [], **facts}
        self.mutations.append(f"ip link add {name}")
        return 0

    def _set(self, name: str, what: list[str], fail: Say) -> int:
        link = self.links.get(name)
        if link is None:
            fail(f'Cannot find device "{name}"\n')
            return 1
        match what:
            case ["master", master]:
                if master not in self.links:
                    fail(f'Error: argument "{master}" is wrong: Device does not exist\n')
                    return 255
                link["master"] = master
            case ["nomaster"]:
                link.pop("master", None)
            case ["up"]:
                if "link" in link and "UP" not in self.links[link["link"]]["flags"]:
                    fail("RTNETLINK answers: Network is down\n")
                    return 2
                link["flags"] = ["UP"]
            case _:
                raise AssertionError(what)
        return 0
