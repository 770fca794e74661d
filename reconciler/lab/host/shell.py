"""Runs the commands of a script in order, as `/bin/sh -s` would."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from reconciler.lab.host.call import Call
from reconciler.lab.host.files import File, FileError, FileTree
from reconciler.lab.host.grammar import Chain, Errors, ShellSyntaxError, Simple, parse_script
from reconciler.lab.host.locks import Locks, LockSession

SHELL = "/bin/sh"

Run = Callable[[Call], Awaitable[int]]


class Machine(Protocol):
    """What a shell needs of the host it runs on."""

    @property
    def files(self) -> FileTree: ...

    @property
    def locks(self) -> Locks: ...

    def find_command(self, name: str) -> Run | None:
        """The program of that name; None when the image has none."""
        ...

    def check_alive(self, boot_id: str) -> None:
        """Raises PowerLost when the host is not in the boot the script began in."""
        ...

    @property
    def boot_id(self) -> str: ...

    def leave_daemon(self, words: Sequence[str], session: LockSession) -> None:
        """The command has succeeded: when it leaves a process behind, that one inherits the session's descriptors."""
        ...

    def note_write(self) -> None:
        """A script changed a file."""
        ...


class _Exit(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class Shell:
    """One session's shell; ``say`` and ``complain`` are its stdout and stderr."""

    def __init__(self, machine: Machine, say: Callable[[str], None], complain: Callable[[str], None]) -> None:
        self._machine = machine
        self._say = say
        self._complain = complain
        self._boot_id = machine.boot_id
        self._session = LockSession()
        self._status = 0
        self._exit_on_error = False

    async def run(self, text: str) -> int:
        """Run a whole script and return its exit status; 2, and nothing is run, when it is outside the grammar."""
        try:
            chains = parse_script(text)
        except ShellSyntaxError as error:
            self._complain(f"{SHELL}: {error}\n")
            return 2
        try:
            for chain in chains:
                await self._run_chain(chain)
        except _Exit as leaving:
            return leaving.status
        finally:
            self._machine.locks.release(self._session)
        return self._status

    async def _run_chain(self, chain: Chain) -> None:
        self._status = await self._run_simple(chain.first)
        last = not chain.rest
        for index, (operator, command) in enumerate(chain.rest):
            if (operator == "&&") == (self._status == 0):
                self._status = await self._run_simple(command)
                last = index == len(chain.rest) - 1
            else:
                last = False
        if self._exit_on_error and last and self._status:
            raise _Exit(self._status)

    async def _run_simple(self, command: Simple) -> int:
        self._machine.check_alive(self._boot_id)
        if command.status_echo:
            self._say(f"#status {self._status}\n")
            return 0
        output: list[str] = []
        say = output.append if command.target is not None else self._say
        complain = {Errors.STDERR: self._complain, Errors.STDOUT: self._say, Errors.TARGET: say}[command.errors]
        if command.target is not None and not self._opens(command.target, command.line):
            return 2
        if command.target not in (None, "/dev/null"):
            self._machine.note_write()
        call = Call(command.words[1:], command.stdin or "", say, complain)
        status = await self._call(command, call)
        self._machine.check_alive(self._boot_id)
        if command.target is not None:
            return self._write(command, "".join(output), status)
        return status

    async def _call(self, command: Simple, call: Call) -> int:
        name = command.words[0]
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return await builtin(self, command, call)
        program = self._machine.find_command(name)
        if program is None:
            call.complain(f"{SHELL}: {command.line}: {name}: not found\n")
            return 127
        status = await program(call)
        if command.lock is None and status == 0:
            self._machine.leave_daemon(command.words, self._session)
        return status

    def _opens(self, path: str, line: int) -> bool:
        """Opening for writing happens before the command runs, and empties the file even if that then fails."""
        try:
            self._machine.files.write(path, File(""))
        except FileError as error:
            if str(error) == "No space left on device":
                return True
            reason = "Directory nonexistent" if str(error).startswith("No such") else str(error)
            self._complain(f"{SHELL}: {line}: cannot create {path}: {reason}\n")
            return False
        return True

    def _write(self, command: Simple, text: str, status: int) -> int:
        try:
            self._machine.files.write(command.target or "/dev/null", File(text))
        except FileError as error:
            self._complain(f"{command.words[0]}: write error: {error}\n")
            return status or 1
        return status

    async def _set(self, command: Simple, call: Call) -> int:
        for option in call.arguments:
            if option not in ("-e", "+e", "-u", "+u", "-f", "-eu"):
                self._complain(f"{SHELL}: {command.line}: set: Illegal option {option}\n")
                raise _Exit(2)
            if "e" in option:
                self._exit_on_error = option.startswith("-")
        return 0

    async def _exit(self, command: Simple, call: Call) -> int:
        number = call.arguments[0] if call.arguments else str(self._status)
        if not number.isdecimal():
            self._complain(f"{SHELL}: {command.line}: exit: Illegal number: {number}\n")
            raise _Exit(2)
        raise _Exit(int(number) & 255)

    async def _exec(self, command: Simple, call: Call) -> int:
        if command.lock is None or not self._opens(command.lock, command.line):
            raise _Exit(2)
        self._session.descriptor = command.lock
        return 0

    async def _flock(self, command: Simple, call: Call) -> int:
        return await self._machine.locks.flock(self._session, call)


_BUILTINS: Mapping[str, Callable[[Shell, Simple, Call], Awaitable[int]]] = {
    "set": Shell._set,
    "exit": Shell._exit,
    "exec": Shell._exec,
    "flock": Shell._flock,
}
