"""Pieces of text and values that have broken readers of YAML, ours or others'."""

from __future__ import annotations

FRAGMENTS = (
    # structure
    "[", "]", "{", "}", "[[[[[[[[", "{a: {a: {a: {", "]]]", "}}}", ",", ",,", ": ", ":", "? ", "? [", "- ",
    "- - - - ", "-", "--", "---", "---\n", "\n---\n", "...\n", "\n...\n", "--- |", "--- >-\n", "--- !", "--- &a",
    "--- {", "-\t",
    # anchors, aliases, merges, tags, directives
    "&a ", "*a", "&a [*a]", "&a &b c", "*", "&", "&a", "*a : b", "&\u00e9 x", "<<: *a", "<<: [*a, *a]", "<<:", "<<",
    "!!python/object/apply:os.system [id]", "!!binary aGk=", "!!set {a, b}", "!!int x", "!!null", "!", "!!", "!<",
    "!<x>", "!a!b c", "!%zz", "!%41", "!%ff%fe", "!<tag:yaml.org,2002:str> x", "!!omap [a: 1]",
    "!!timestamp 2024-01-01", "%YAML 1.1\n---\n", "%YAML 1.2\n", "%YAML 9.9\n---\n", "%YAML 99999999999.1\n---\n",
    "%YAML 1.1\n%YAML 1.1\n---\n", "%TAG ! tag:x,2000:\n---\n", "%TAG !x! y\n--- !x!z a\n", "%", "%%",
    "%FOO bar\n---\n", "%TAG", "%YAML",
    # scalars in quotes and blocks
    "'", '"', "''", '""', "'a\n\n b'", '"a\\\n b"', '"\\x41"', '"\\x"', '"\\u00"', '"\\ud800"', '"\\ud83d\\ude00"',
    '"\\U00110000"', '"\\UFFFFFFFF"', '"\\U0001F600"', '"\\0"', '"\\e[31m"', '"\\N\\_\\L\\P"', '"\\q"', '"\\',
    '"\\\n', "|", ">", "|\n x\n", ">\n x\n\n  y\n", "|+\n\n\n", "|-\n", "|9\n x", "|0\n", "|10\n", "|1-\n x",
    "|-1\n x", "|x\n", "| # c\n x\n", ">+2\n    x\n   y\n", "|\n\tx\n", "|\n  x\n y\n", "`", "@", "#", " #", "# c\n",
    "\\",
    # words that readers disagree about
    "yes", "no", "on", "y", "n", "~", "null", "true", "FALSE", "010", "0o10", "0x1F", "0b11", "1_000", "1e3", "1.0",
    ".5", "5.", ".inf", "-.INF", ".nan", "+1", "-0", "+", "-1", "12:30:45", "1:2", "99:99:99:99", "11:22:33:44:55:10",
    "2024-01-01", "2024-1-1T00:00:00Z", "2001-12-14 21:59:43.10 -5", "=", "9" * 15, "9" * 16, "9" * 400,
    "-" + "9" * 4400, "0" * 300, "1" + "_" * 200, "0x" + "f" * 300, "1e" + "9" * 300, "1." + "0" * 300, "2147483648",
    "-9223372036854775809",
    # values of our own fields, past their ends
    "10.0.0.0/33", "0.0.0.0/0", "10.0.0.1/24", "10.136.0.0/8", "255.255.255.255/32", "::/0", "1.2.3.4/", "/",
    "010.0.0.0/8", "0-0", "1-4095", "9-2", "2-4094", "700-", "7,,8", "0MiB", "999999999TiB", "1MB",
    "9999d99999h999999m9999999s", "0s", "", "secret://", "secret://A", "password: x", "local://", "http://",
    "server://../..", "/../../etc/passwd", "{address}{", "{}", "{0}", "{address.__class__}", "%s%n", "$(id)", "`id`",
    "a; rm -rf /", "a\\nb", "-rf", "count: 99999999999", "count: 1000000", "vms: []", "nodes: {}", "kind: Site",
    "kind: []", "kind: {a: b}", "kind: Nothing", "apiVersion: 1",
    # characters
    "\t", "\t\t", " ", "  ", "    ", "\n", "\n\n", "\r", "\r\n", "\n\r", "\x00", "\x01", "\x07", "\x08", "\x1b[2J",
    "\x7f", "\x80", "\x85", "\x9b", "\xa0", "\xad", "\u00e9", "e\u0301", "\u0130", "\u200b", "\u200e", "\u2028",
    "\u2029", "\u202e", "\u2066", "\u3000", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\U0001f600",
    "\U0001f468\u200d\U0001f469", "\U000e0001", "\U0010ffff", "\U0001fffe", "\u0661\u0662", "\uff11", "\uff21",
    "\uff1a", "\u2003", "a" * 70, "\u00e9" * 40,
)  # fmt: skip

BYTES = (
    b"\xff", b"\xfe", b"\xff\xfe", b"\xfe\xff", b"\xff\xfea\x00", b"\x00\x00\xfe\xff", b"\xc0\x80", b"\xed\xa0\x80",
    b"\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3", b"\xe2\x80", b"\xf0\x9f\x98", b"\x80",
    b"\xbf", b"\xef\xbb\xbf", b"\xef\xbb", b"\xc2\x85", b"\xe2\x80\xa8", b"\x00", b"\x00\x00\x00", b"\x1a", b"\x0c",
    b"\x0b", b"\x85",
)  # fmt: skip
"""What is no UTF-8, or stands at the beginning of what is not."""
