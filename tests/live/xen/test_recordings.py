"""The recorded replies, which the driver and the lab are tested with, are still what a real node answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests.drivers.host.xen.replies import read
from tests.live.xen.guest import Guest
from tests.live.xen.node import Node
from tests.live.xen.transcript import A, B

ERRORS = (
    *("fingerprint-missing", "link-add-no-uplink", "link-master-missing", "link-up-missing", "link-del-missing"),
    *("bridge-add-long-name", "list-unknown", "list-l-unknown", "domid-unknown", "mem-set-unknown"),
    *("destroy-unknown", "create-no-file", "verb-unknown", "command-unknown", "lock-held"),
)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_worded_as_recorded(node: Node, name: str) -> None:
    recorded = read(name)
    reply = node.run(recorded.command + "\n")
    assert (reply.stdout, reply.stderr, reply.status) == (recorded.stdout, recorded.stderr, recorded.status)


@pytest.fixture(scope="module")
def guests(node: Node) -> Iterator[None]:
    """The two guests of the recorded conversation."""
    bridges = "".join(
        f"ip link add name {name} type bridge\nip link set dev {name} up\n" for name in ("xbr701", "xbr702")
    )
    created = "".join(f"{guest.written_to('/run/guest.cfg')}xl create /run/guest.cfg\n" for guest in (A, B))
    try:
        reply = node.run(f"set -e\n{bridges}{created}rm /run/guest.cfg\n")
        assert reply.status == 0, reply.stderr
        yield
    finally:
        node.run("xl destroy exp-a\nxl destroy exp-b\nip link del xbr701\nip link del xbr702\n")


@pytest.mark.usefixtures("guests")
def test_a_listing_in_json_is_as_recorded_but_for_domain_numbers(node: Node) -> None:
    listed = [json.loads(text) for text in (read("list-l-two-running").stdout, node.run("xl list -l\n").stdout)]
    for domains in listed:
        for domain in domains:
            del domain["domid"]
    assert listed[0] == listed[1]


@pytest.mark.usefixtures("guests")
def test_a_table_of_domains_has_the_recorded_columns(node: Node) -> None:
    tables = [_columns(text) for text in (read("list-two-running").stdout, node.run("xl list\n").stdout)]
    assert tables[0] == tables[1]


@pytest.mark.usefixtures("guests")
def test_a_name_that_is_taken_is_refused_as_recorded(node: Node) -> None:
    recorded = read("create-name-exists")
    reply = node.run(f"{A.written_to('/root/a.cfg')}xl create /root/a.cfg\n")
    assert (_numberless(reply.stderr), reply.status) == (_numberless(recorded.stderr), recorded.status)


@pytest.mark.usefixtures("guests")
def test_a_missing_bridge_ends_the_creation_and_leaves_no_domain(node: Node) -> None:
    recorded = read("create-no-bridge")
    before = node.run("xl list\n").stdout
    bad = Guest("exp-c", 3, bridges=("xbr999",))
    reply = node.run(f"{bad.written_to('/root/bad.cfg')}xl create /root/bad.cfg\n")
    assert (_numberless(reply.stderr), reply.status) == (_numberless(recorded.stderr), recorded.status)
    assert _columns(node.run("xl list\n").stdout) == _columns(before)


@pytest.mark.usefixtures("guests")
def test_memory_beyond_the_maximum_is_refused_as_recorded(node: Node) -> None:
    recorded = read("mem-set-beyond-maxmem")
    reply = node.run(recorded.command + "\n")
    assert (_numberless(reply.stderr), reply.status) == (_numberless(recorded.stderr), recorded.status)


def _columns(table: str) -> list[list[str]]:
    """Name, memory and number of processors of each row; numbers, states and times differ from run to run."""
    heading, *rows = (line.split() for line in table.splitlines())
    return [heading, *([row[0], *row[2:4]] for row in rows)]


def _numberless(text: str) -> str:
    return re.sub(r"(Domain|domid|\[)( ?)[0-9]+", r"\1\2N", text)
