"""S10: no text of a document, and no text of a device, becomes a command."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host import commands as family
from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.host.script import Question, Work, render_batch
from reconciler.drivers.host.validation import check_bridge, check_domain, check_host, quote
from reconciler.drivers.host.xen import commands
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.lab.host.grammar import ShellSyntaxError, parse_script
from reconciler.model.errors import Refused, SpecError
from reconciler.model.fence import Fence
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.spec.load import load
from tests.security.payloads import PAYLOADS, Path, replaced, texts_in
from tests.spec.samples import texts

PROGRAMS = {"cat", "echo", "exec", "flock", "mkdir", "rm", "cp", "xl", "ip", "head", "true", "exit", "grep"}
PROGRAMS |= {"test", "mv", "xenstore-write", "xenstore-read", "xenstore-ls"}

LOCAL_PATHS = {"identityFile"}
"""A path on the operator's machine: opened there, sent nowhere."""
LINES = {"arguments", "kernelParams", "hypervisorParams"}
"""A guest's or a kernel's own command line: words, which no program of ours reads."""


def documents() -> list[tuple[str, Any]]:
    files = {**texts("specs/environments/*.yaml"), **texts("specs/sites/lille.yaml")}
    files |= texts("examples/quickstart.yaml")
    return [(name, document) for name, text in files.items() for document in yaml.safe_load_all(text)]


def shortened(document: Any) -> Any:
    """With one of every list, so that each field is tried once."""
    if isinstance(document, dict):
        return {"on" if key is True else key: shortened(value) for key, value in document.items()}
    return [shortened(document[0])] if isinstance(document, list) and document else document


def places() -> list[Any]:
    return [
        pytest.param(document, path, id=f"{document['kind']}:{'.'.join(map(str, path))}")
        for document in (shortened(document) for _, document in documents())
        for path in texts_in(document)
        if path[-1] not in LOCAL_PATHS
    ]


def refusal(document: Any) -> set[tuple[str | int, ...]]:
    """The places of the shape errors found in a document."""
    try:
        load({"f": json.dumps(document)})
    except SpecError as error:
        return {(d.code, d.span.line if d.span else 0) for d in error.diagnostics if d.code < "S21"}
    return set()


@pytest.mark.parametrize(("document", "path"), places())
def test_s10_no_text_of_a_document_takes_what_a_shell_or_a_parser_acts_on(document: Any, path: Path) -> None:
    taken = {p for p in PAYLOADS if not refusal(replaced(document, path, p)) - refusal(document)}
    if path[-1] in LINES:
        path_like = {"../../etc/shadow", "/../etc/shadow", "-oProxyCommand=touch", "--help"}
        assert taken <= {"a b", "XR_END", "a,script=/tmp/x", "{address.__class__}", *path_like}
    else:
        assert taken <= {"a b", "XR_END", "--help"}  # words; what begins with a dash only where it is no argument


HOSTILE = st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=30), st.from_regex(r"\A[a-z0-9/.:, '\"-]{1,20}\Z"))
PLAIN = Domain(
    "exp-web-0",
    "0aeb3d1e-5f3a-5f63-9d1c-0c4c2a6f1b11",
    "/boot/vmlinuz",
    "/boot/initrd",
    "quiet",
    256,
    1,
    (Nic("00:16:3e:00:00:01", "xbr700"),),
    "/var/lib/reconciler/a.img",
    "/images/a.img",
)
OWNER = "xr:v1:lille:exp:00000001:7"
MARK = HostMark("lille", "exp", "n1.lille", Fence(7, "0a1b2c3d"))
DOMAIN_TEXTS = ("name", "uuid", "kernel", "ramdisk", "arguments", "disk", "base_disk", "mode", "mac", "bridge")


def with_text(field: str, text: str) -> Domain:
    (nic,) = PLAIN.nics
    if field in ("mac", "bridge"):
        return replace(PLAIN, nics=(replace(nic, **{field: text}),))
    return replace(PLAIN, **{field: text})  # type: ignore[arg-type]  # all of them are texts


def shape(command: object) -> list[tuple[str, ...]]:
    """What a strict shell would run: every simple command by its first words."""
    return words_of(render_batch(MARK, [Work(str(command))], Question()))


def words_of(script: str) -> list[tuple[str, ...]]:
    return [
        (simple.words[0], str(len(simple.words)))
        for chain in parse_script(script)
        for simple in (chain.first, *(command for _, command in chain.rest))
        if simple.words
    ]


def makers(domain: Domain) -> list[object]:
    (nic,) = domain.nics
    return [
        commands.Create(domain, OWNER),
        commands.Destroy(domain.name, domain.uuid, domain.disk),
        commands.SetMemory(domain.name, domain.memory_mib, domain.uuid),
        commands.Unpause(domain.name, domain.uuid, OWNER),
        commands.Rename(domain.name, domain.name, domain.uuid),
        commands.Attach(domain.name, nic, domain.uuid),
        commands.Detach(domain.name, nic, domain.uuid),
    ]


@given(st.sampled_from(DOMAIN_TEXTS), HOSTILE)
def test_s10_whatever_a_domain_is_called_the_host_runs_the_same_commands(field: str, text: str) -> None:
    domain = with_text(field, text)
    try:
        check_domain(domain, XEN.modes)
    except Refused:
        return
    for command, plain in zip(makers(domain), makers(PLAIN), strict=True):
        if bool(domain.disk) == bool(PLAIN.disk):
            assert shape(command) == shape(plain)
        assert {program for program, _ in shape(command)} <= PROGRAMS


@given(HOSTILE, HOSTILE, st.integers(-5, 5000))
def test_s10_whatever_a_bridge_is_called_the_host_runs_the_same_commands(name: str, uplink: str, vlan: int) -> None:
    bridge = Bridge(name, uplink, vlan)
    try:
        check_bridge(bridge)
    except Refused:
        return
    assert shape(family.MakeBridge(bridge)) == shape(family.MakeBridge(Bridge("xbr700", "eth1", 700)))


@given(HOSTILE, HOSTILE)
def test_s10_whatever_a_fingerprint_is_the_host_runs_the_same_command(file: str, text: str) -> None:
    host = Host(file, text)
    try:
        check_host(host)
    except Refused:
        return
    if file:
        assert shape(family.Verify(host)) == shape(family.Verify(Host("/etc/release", "x")))


@given(HOSTILE, HOSTILE, HOSTILE)
def test_s10_whatever_owners_are_called_the_gate_of_a_host_is_the_same(
    site: str, experiment: str, lineage: str
) -> None:
    try:
        mark = HostMark(site, experiment, "n1.lille", Fence(7, lineage))
    except Refused:
        return
    assert mark.line.count("\n") == 0 and mark.line.count(" ") == 1
    assert words_of("\n".join(mark.gate())) == words_of("\n".join(MARK.gate()))


@given(st.one_of(st.sampled_from(PAYLOADS), st.text()))
def test_s10_a_quoted_word_is_one_word_or_refused(text: str) -> None:
    try:
        word = quote(text)
    except Refused:
        return
    (chain,) = parse_script(f"echo {word}\n")
    assert chain.first.words == ("echo", text)


def test_s10_the_strict_shell_would_notice_a_second_command() -> None:
    """So that the properties above can fail."""
    assert shape("echo 'a' && xl destroy 'b'") != shape("echo 'a'")
    with pytest.raises(ShellSyntaxError):
        shape("echo a; touch /tmp/x")
