"""A switch with a command line, as strict as a real one; it shares no code with the driver."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from reconciler.transport.ssh import Reply

PRODUCTION = 100


class Refusal(Exception):
    """A line that it does not take; those before it have taken effect."""


@dataclass
class Interface:
    description: str = ""
    up: bool = True
    access: int | None = PRODUCTION
    trunk: set[int] | None = None
    lag: str = ""
    mtu: int = 1500


@dataclass
class Configuration:
    interfaces: dict[str, Interface]
    vlans: set[int] = field(default_factory=lambda: {1, PRODUCTION})


def new() -> Configuration:
    names = ("e1", "e2", "e3", "wan", "lag1")
    return Configuration({**{name: Interface() for name in names}, "e8": Interface(lag="lag1", mtu=9000)})


class LineSwitch:
    """``run`` is what its SSH server does with a script: it stops at the first line that is refused."""

    def __init__(self) -> None:
        self.running, self.saved = new(), new()
        self.sessions: set[int] = set()
        self.holder = self.trial_of = 0
        self._before: Configuration | None = None
        self._count = 0

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
        self._said: list[str] = []
        self._session, self._configuring = 0, False
        self._interface: Interface | None = None
        try:
            for line in script.splitlines():
                self._line(line)
        except Refusal as refusal:
            return Reply(f"% {refusal}\n", 1)
        return Reply("".join(f"{line}\n" for line in self._said), 0)

    def end(self, session: int) -> None:
        """Its lock is free, and what it had on trial is taken back."""
        self.sessions.discard(session)
        if self.trial_of == session:
            self._revert()
        if self.holder == session:
            self.holder = 0

    # -- a line ------------------------------------------------------------------------------------

    def _line(self, line: str) -> None:
        words = line.split()
        if words == ["session", "open"]:
            self._count += 1
            self.sessions.add(self._count)
            self._said.append(f"session {self._count}")
        elif self._session == 0:
            self._session = int(words[1]) if words[:1] == ["session"] else 0
            if self._session not in self.sessions:
                raise Refusal("no such session")
        elif self._configuring:
            self._configure(line, words)
        else:
            self._execute(line, words)

    def _execute(self, line: str, words: list[str]) -> None:
        if line == "show running-config":
            self._said += self._show()
        elif line == "lock configuration":
            if self.holder not in (0, self._session):
                raise Refusal(f"configuration is locked by session {self.holder}")
            self.holder = self._session
        elif words[0] == "kill" and int(words[1]) in self.sessions - {self._session}:
            self.end(int(words[1]))
        elif self.holder != self._session:
            raise Refusal(f"{line!r} is not possible without the lock")
        elif line == "unlock configuration":
            self.holder = 0
        elif line == "configure":
            self._configuring = True
        elif words[0] == "trial" and 1 <= int(words[1]) <= 3600 and not self.trial_of:
            self.trial_of, self._before = self._session, copy.deepcopy(self.running)
        elif line == "confirm" and self.trial_of == self._session:
            self.trial_of, self._before = 0, None
        elif line == "revert" and self.trial_of == self._session:
            self._revert()
        elif line == "save":
            self.saved = copy.deepcopy(self.running)
        else:
            raise Refusal(f"invalid input: {line!r}")

    def _revert(self) -> None:
        assert self._before is not None
        self.running, self.trial_of, self._before = self._before, 0, None

    # -- configuration -----------------------------------------------------------------------------

    def _configure(self, line: str, words: list[str]) -> None:
        vlans = self.running.vlans
        match words:
            case ["vlan", number] if 2 <= int(number) <= 4000:
                vlans.add(int(number))
            case ["no", "vlan", number] if int(number) != 1:
                if any(int(number) in members(each) for each in self.running.interfaces.values()):
                    raise Refusal(f"VLAN {number} is in use")
                vlans.discard(int(number))
            case ["interface", name] if name in self.running.interfaces:
                self._interface = self.running.interfaces[name]
            case _ if line.startswith("  ") and self._interface is not None:
                self._set(self._interface, words, line)
            case _:
                raise Refusal(f"invalid input: {line!r}")

    def _set(self, interface: Interface, words: list[str], line: str) -> None:
        match words:
            case ["description", text] if len(text) <= 64:
                interface.description = text
            case ["no", "description"]:
                interface.description = ""
            case ["shutdown"] | ["no", "shutdown"]:
                interface.up = len(words) == 2
            case [("access" | "trunk"), "vlan", *_] if interface.lag:
                raise Refusal(f"interface is a member of {interface.lag}")
            case ["access", "vlan", number]:
                (interface.access,), interface.trunk = self._known(number), None
            case ["trunk", "vlan", "add", ids]:
                interface.access, interface.trunk = None, (interface.trunk or set()) | self._known(ids)
            case ["trunk", "vlan", "remove", ids] if interface.trunk is not None:
                interface.trunk -= self._known(ids)
            case ["trunk", "vlan", ids]:
                interface.access, interface.trunk = None, self._known(ids)
            case _:
                raise Refusal(f"invalid input: {line!r}")

    def _known(self, ids: str) -> set[int]:
        found = {int(number) for number in ids.split(",")}
        if not found <= self.running.vlans:
            raise Refusal(f"VLAN {min(found - self.running.vlans)} does not exist")
        return found

    def _show(self) -> list[str]:
        lines = [f"vlan {vlan}" for vlan in sorted(self.running.vlans)]
        for name, each in sorted(self.running.interfaces.items()):
            lines.append(f"interface {name}")
            lines += [f" description {each.description}"] if each.description else []
            lines += [] if each.up else [" shutdown"]
            lines += [f" mtu {each.mtu}"] if each.mtu != 1500 else []
            if each.lag:
                lines.append(f" lag {each.lag}")
            elif each.trunk is None:
                lines.append(f" access vlan {each.access}")
            else:
                lines.append(f" trunk vlan {ranges(each.trunk) or 'none'}")
        return [*lines, "end"]


def members(interface: Interface) -> set[int | None]:
    return {interface.access} if interface.trunk is None else set(interface.trunk)


def ranges(ids: set[int]) -> str:
    """``5,701-703``, as such switches write a list."""
    runs: list[list[int]] = []
    for vlan in sorted(ids):
        if runs and vlan == runs[-1][-1] + 1:
            runs[-1].append(vlan)
        else:
            runs.append([vlan])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
