"""A host in memory: its shell, files and ``ip``, as strict as the recorded ones in ``xen/replies/``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.transport.ssh import Reply
from tests.drivers.host.ip_tool import Ip, Say

TOKEN = re.compile(r"""'[^'\n]*'|"\#status\ \$\?"|&&|\|\|?|<<'XR_END'|9?>|2>&1|[A-Za-z0-9_./:=,@%+-]+""", re.VERBOSE)


class Exit(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


class Shell:
    """A program is a method ``_do_<name>``; a hypervisor's host adds its own.

    ``scripts`` are all that was run, ``mutations`` what changed; ``cut_output`` loses so much of the next output.
    """

    def __init__(self) -> None:
        self.files = {
            "/etc/grid5000/release": "debian-xen-1\n",
            "/boot/vmlinux": "",
            "/boot/vmlinux-2": "",
            "/boot/domu.cpio": "",
            "/grid5000/images/base.img": "base",
        }
        self.scripts: list[str] = []
        self.mutations: list[str] = []
        self.ip = Ip(self.mutations)
        self.cut_output = 0
        self.out: list[str] = []
        self.err: list[str] = []

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
        assert deadline_s > 0
        self.scripts.append(script)
        self.out, self.err = [], []
        lines = iter(script.split("\n"))
        status = 0
        try:
            for line in lines:
                if line:
                    status = self._line(line, lines, status)
        except Exit as ending:
            status = ending.status
        text = "".join(self.out)
        return Reply(text[: -self.cut_output] if self.cut_output else text, status, "".join(self.err))

    def _line(self, line: str, lines: Iterator[str], last: int) -> int:
        tokens, position = [], 0
        while position < len(line):
            if line[position] == " ":
                position += 1
                continue
            match = TOKEN.match(line, position)
            assert match, f"sh: syntax error near {line[position:]!r}"
            tokens.append(match[0])
            position = match.end()
        body = ""
        if "<<'XR_END'" in tokens:
            body = "".join(f"{text}\n" for text in iter(lines.__next__, "XR_END"))
        status, operator, command = last, "", []
        for token in [*tokens, "end"]:
            if token not in ("&&", "||", "end"):
                command.append(token)
                continue
            if operator == "" or (operator == "&&") == (status == 0):
                status = self._pipeline(command, body, status)
            operator, command = token, []
        return status

    def _pipeline(self, tokens: list[str], body: str, last: int) -> int:
        """The status is the last command's, and what others print is its input."""
        while "|" in tokens:
            first, tokens = tokens[: tokens.index("|")], tokens[tokens.index("|") + 1 :]
            before = len(self.out)
            self._simple(first, body, last)
            body = "".join(self.out[before:])
            del self.out[before:]
        return self._simple(tokens, body, last)

    def _simple(self, tokens: list[str], body: str, last: int) -> int:
        if tokens == ["echo", '"#status $?"']:
            self.out.append(f"#status {last}\n")
            return 0
        target, merged, words, rest = "", False, [], iter(tokens)
        for token in rest:
            if token == ">":
                target = next(rest).strip("'")
            elif token == "9>":
                opened = next(rest)
                assert words == ["exec"] or opened == "/dev/null"
            elif token == "2>&1":
                merged = True
            elif token != "<<'XR_END'":
                words.append(token.strip("'"))
        said, failed = [], []
        verb = getattr(self, f"_do_{words[0]}", None)
        if verb is None:
            failed.append(f"sh: {words[0]}: not found\n")
            status = 127
        else:
            status = verb(words[1:], body, said.append, failed.append)
        if target and target != "/dev/null":
            self.files[target] = "".join(said)
            if not target.startswith(("/var/lib/reconciler/fence", "/run/reconciler/domains")):
                self.mutations.append(f"write {target}")
        elif not target:
            self.out += said
        (self.out if merged and not target else [] if merged else self.err).extend(failed)
        return status

    # --- commands -------------------------------------------------------------------------------------------------

    def _do_exec(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        return 0

    def _do_flock(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[0] == "-w" and words[2] == "9", words
        return 0

    def _do_true(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        return 0

    def _do_exit(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        raise Exit(int(words[0]))

    def _do_echo(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        say(" ".join(words) + "\n")
        return 0

    def _do_mkdir(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[0] == "-p"
        return 0

    def _do_cat(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        if not words:
            say(body)
        elif words[0] not in self.files:
            fail(f"cat: {words[0]}: No such file or directory\n")
            return 1
        else:
            say(self.files[words[0]])
        return 0

    def _do_test(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        negated = words[0] == "!"
        flag, path = words[1:] if negated else words
        found = bool(self.files.get(path)) if flag == "-s" else path in self.files
        assert flag in ("-s", "-e")
        return int(found is negated)

    def _do_grep(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        options, pattern, path = words
        assert set(options) <= set("-qsvxE") and {"q", "x", "E"} <= set(options)
        if path not in self.files:
            return 2
        lines = self.files[path].splitlines()
        return 0 if any(bool(re.fullmatch(pattern, line)) is not ("v" in options) for line in lines) else 1

    def _do_mv(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[0] == "-f"
        self.files[words[2]] = self.files.pop(words[1])
        return 0

    def _do_xargs(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[:3] == ["-r", "-n", "1"]
        verb = getattr(self, f"_do_{words[3]}")
        statuses = [verb([*words[4:], each], "", say, fail) for each in body.split()]
        return 123 if any(statuses) else 0

    def _do_head(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[:2] == ["-n", "1"]
        if words[2] not in self.files:
            fail(f"head: cannot open '{words[2]}' for reading: No such file or directory\n")
            return 1
        say(self.files[words[2]].split("\n")[0] + "\n")
        return 0

    def _do_cp(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[0] == "--sparse=always"
        if words[1] not in self.files:
            fail(f"cp: cannot stat '{words[1]}': No such file or directory\n")
            return 1
        self.files[words[2]] = self.files[words[1]]
        self.mutations.append(" ".join(["cp", *words]))
        return 0

    def _do_rm(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        assert words[0] == "-f"
        for path in words[1:]:
            self.files.pop(path, None)
        return 0

    def _do_ip(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        return self.ip(words, say, fail)
