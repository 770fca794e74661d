"""A dom0 in memory: a host with ``xl`` and xenstore, as strict as the recorded ones in ``replies/``."""

from __future__ import annotations

from tests.drivers.host.ip_tool import Say
from tests.drivers.host.shell import Shell
from tests.drivers.host.xen.xl_tool import Xl


class Dom0(Shell):
    def __init__(self) -> None:
        super().__init__()
        self.xl = Xl(self.files, self.ip.links, self.mutations)

    def _do_xl(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        return self.xl(words, say, fail)

    def __getattr__(self, name: str) -> object:
        if name in ("_do_xenstore-ls", "_do_xenstore-write"):
            return self._xenstore_ls if name.endswith("ls") else self._xenstore_write
        raise AttributeError(name)

    def _xenstore_ls(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words == ["-f", "/vm"]
        domains = list(self.xl.domains.values())
        if not domains:
            fail("xenstore-ls: xs_directory (/vm): No such file or directory\n")
            return 1
        for domain in domains:
            keys = {"": "", "/name": domain["name"], "/uuid": domain["uuid"]}
            keys |= {"/reconciler": domain["mark"]} if domain.get("mark") else {}
            for key, value in sorted(keys.items()):
                say(f'/vm/{domain["uuid"]}{key} = "{value}"\n')
        return 0

    def _xenstore_write(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        path, mark = words
        (domain,) = (each for each in self.xl.domains.values() if path == f"/vm/{each['uuid']}/reconciler")
        domain["mark"] = mark
        self.mutations.append(f"xenstore-write {domain['name']}")
        return 0
