"""For the contract suite: the driver on a name server in memory, and records to lead it through."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reconciler.drivers.service.dns.driver import DnsDriver
from reconciler.resources.record import Record

KIND = "record"
ENDPOINT = "lille"
SPECS = (
    Record("exp-web-0", "10.136.16.1", "00:16:3e:88:10:01"),
    Record("exp-web-0", "10.136.16.2", "00:16:3e:88:10:02"),
)
UNSEEN = {"record": {"name": "another name is another record on the server: the old one is looked for by its own"}}


class Names:
    """As strict as the server: a name is added once, and dropped by its own mark."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, str]] = {}

    def ask(self, requests: Sequence[str]) -> str:
        return "".join(f"{line}\n" for request in requests for line in self._do(request)) + "end\n"

    def _do(self, request: str) -> list[str]:
        if request == "list":
            return [f"{name} {address} {mark}" for name, (address, mark) in sorted(self.rows.items())]
        if match := re.fullmatch(r"add ([a-z0-9-]+) ([0-9.]+) (\S+)", request):
            name, address, mark = match.groups()
            if name in self.rows and self.rows[name] != (address, mark):
                return [f"refused: {name} is there"]
            self.rows[name] = address, mark
            return ["ok"]
        if match := re.fullmatch(r"drop ([a-z0-9-]+) (\S+)", request):
            name, mark = match.groups()
            if name in self.rows and self.rows[name][1] == mark:
                del self.rows[name]
            return ["ok"]
        return ["refused: no such request"]


def make() -> DnsDriver:
    return DnsDriver({ENDPOINT: Names()})
