"""The `ip` command of a host, as far as links go, with iproute2's messages and exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from reconciler.lab.host.call import Call
from reconciler.lab.host.ip_json import render_links
from reconciler.lab.host.links import LinkError, LinkKind, LinkTable

_NAME = re.compile(r"[^\s/:]{1,15}")


class IpCommand:
    """`ip` over one host's links; ``neighbours`` are MACs that have answered, by address."""

    def __init__(self, links: LinkTable, neighbours: Mapping[str, str] = MappingProxyType({})) -> None:
        self._links, self._neighbours = links, neighbours

    def run(self, call: Call) -> tuple[int, bool]:
        """Run one command; gives its exit status, and whether it was one that changes links."""
        words = list(call.arguments)
        options: set[str] = set()
        while words and words[0].startswith("-"):
            options.add(words.pop(0).lstrip("-"))
        if not options <= {"d", "j", "details", "json", "p"}:
            return call.fail(f'Option "-{sorted(options)[0]}" is unknown, try "ip -help".', 255), False
        if words[:2] in (["neigh"], ["neigh", "show"]):
            return self._show_neighbours(call, options), False
        if not words or not "link".startswith(words[0]):
            return call.fail(f'Object "{" ".join(words[:1])}" is unknown, try "ip help".', 1), False
        verb, rest = (words[1], words[2:]) if len(words) > 1 else ("show", [])
        if verb in ("show", "list", "ls"):
            return self._show(call, rest, options), False
        change = {"add": self._add, "set": self._set, "del": self._delete, "delete": self._delete}.get(verb)
        if change is None:
            return call.fail(f'Command "{verb}" is unknown, try "ip link help".', 255), False
        try:
            return change(call, rest), True
        except LinkError as error:
            return call.fail(str(error), 2), True

    def _show_neighbours(self, call: Call, options: set[str]) -> int:
        """All of them on the first interface: the one with an address."""
        if options & {"j", "json"}:
            entries = [
                {"dst": address, "dev": "eth0", "lladdr": mac, "state": ["REACHABLE"]}
                for address, mac in sorted(self._neighbours.items())
            ]
            call.say(json.dumps(entries, separators=(",", ":")) + "\n")
        else:
            for address, mac in sorted(self._neighbours.items()):
                call.say(f"{address} dev eth0 lladdr {mac} REACHABLE \n")
        return 0

    def _show(self, call: Call, words: list[str], options: set[str]) -> int:
        chosen = list(self._links)
        if words:
            name = words[1] if words[0] == "dev" and len(words) > 1 else words[0]
            chosen = [link for link in chosen if link.name == name]
            if not chosen:
                return call.fail(f'Device "{name}" does not exist.')
        if options & {"j", "json"}:
            call.say(json.dumps(render_links(self._links, chosen), separators=(",", ":")) + "\n")
        else:
            for link in chosen:
                shown = f"{link.name}@{link.parent}" if link.parent else link.name
                call.say(
                    f"{link.index}: {shown}: <{'UP' if link.up else ''}> mtu 1500 state {'UP' if link.up else 'DOWN'}\n"
                )
                call.say(f"    link/ether {link.mac} brd ff:ff:ff:ff:ff:ff\n")
        return 0

    def _add(self, call: Call, words: list[str]) -> int:
        match words:
            case ["link", parent, "name", name, "type", "vlan", "id", vlan]:
                return self._add_vlan(call, parent, name, vlan)
            case ["name", name, "type", "bridge"] | [name, "type", "bridge"]:
                if not _NAME.fullmatch(name):
                    return self._bad_name(call, name)
                self._links.add(name, LinkKind.BRIDGE, _bridge_mac(name))
                return 0
            case [*_, "type", kind, _] | [*_, "type", kind] if kind not in ("vlan", "bridge"):
                raise LinkError("Error: Unknown device type.")
        return call.fail(f'Error: either "dev" is duplicate, or "{words[-1] if words else ""}" is a garbage.', 255)

    def _add_vlan(self, call: Call, parent: str, name: str, vlan: str) -> int:
        if not _NAME.fullmatch(name):
            return self._bad_name(call, name)
        if not vlan.isdecimal() or int(vlan) > 65535:
            return call.fail(f'Error: argument "{vlan}" is wrong: id is invalid', 255)
        if self._links.get(parent) is None:
            return call.fail(f'Cannot find device "{parent}"')
        self._links.add_vlan(parent, name, int(vlan))
        return 0

    def _bad_name(self, call: Call, name: str) -> int:
        return call.fail(f'Error: argument "{name}" is wrong: "name" not a valid ifname', 255)

    def _set(self, call: Call, words: list[str]) -> int:
        if words[:1] == ["dev"]:
            words = words[1:]
        if not words:
            return call.fail('Not enough of information: "dev" argument is required.', 255)
        name, changes = words[0], iter(words[1:])
        todo: list[tuple[str, str]] = []
        for change in changes:
            master = next(changes, "") if change == "master" else ""
            if change not in ("up", "down", "master", "nomaster"):
                return call.fail(f'Error: either "dev" is duplicate, or "{change}" is a garbage.', 255)
            if change == "master" and self._links.get(master) is None:
                return call.fail(f'Error: argument "{master}" is wrong: Device does not exist\n', 255)
            todo.append((change, master))
        if self._links.get(name) is None:
            return call.fail(f'Cannot find device "{name}"')
        for change, master in todo:
            self._apply(name, change, master)
        return 0

    def _apply(self, name: str, change: str, master: str) -> None:
        if change == "up":
            self._links.set_up(name)
        elif change == "down":
            self._links.set_down(name)
        else:
            self._links.set_master(name, master)

    def _delete(self, call: Call, words: list[str]) -> int:
        name = words[-1] if words else ""
        if len(words) not in (1, 2) or (len(words) == 2 and words[0] != "dev"):
            return call.fail(f'Error: either "dev" is duplicate, or "{name}" is a garbage.', 255)
        if self._links.get(name) is None:
            return call.fail(f'Cannot find device "{name}"')
        self._links.delete(name)
        return 0


def _bridge_mac(name: str) -> str:
    """An address of its own until it has a port, made from the name so that a run can be repeated."""
    number = sum((index + 1) * byte for index, byte in enumerate(name.encode()))
    return f"02:62:72:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
