"""Xen behind the family's protocol: what it reads as nothing, and which commands carry an epoch."""

from __future__ import annotations

from typing import get_args

import pytest

from reconciler.drivers.host.script import Section
from reconciler.drivers.host.xen import commands, xenstore
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.resources.domain import Nic
from tests.drivers.host.xen.replies import read
from tests.drivers.host.xen.simulator import PLAIN

UUID = "00000000-0000-4000-8000-000000000002"


def answers(moment: str, marks: Section) -> dict[str, Section]:
    texts = {"list": f"list-v-{moment}", "domains": f"list-l-{moment}"}
    return {name: Section(read(reply).stdout, 0) for name, reply in texts.items()} | {"marks": marks}


def test_marks_are_told_with_the_domains() -> None:
    marks = Section(f'/vm/{UUID} = ""\n/vm/{UUID}/reconciler = "xr:v1:lille:exp:00000000:7"', 0)
    listing = XEN.parse(answers("two-running", marks))
    assert len(listing.domains) == 2 and listing.marks == {UUID: "xr:v1:lille:exp:00000000:7"}


def test_a_xenstore_that_does_not_answer_counts_only_where_there_are_domains() -> None:
    silent = Section("xenstore-ls: xs_directory (/vm): No such file or directory", 1)
    assert XEN.parse(answers("no-guest", silent)).domains == ()
    with pytest.raises(ValueError, match="xenstore-ls -f /vm ended with status 1"):
        XEN.parse(answers("two-running", silent))


@pytest.mark.parametrize("name", ["list", "domains"])
def test_a_tool_that_failed_has_told_nothing(name: str) -> None:
    failed = answers("two-running", Section("", 0)) | {name: Section("", 127)}
    with pytest.raises(ValueError, match="ended with status 127"):
        XEN.parse(failed)


def test_every_command_that_writes_a_mark_carries_the_epoch_and_no_other() -> None:
    nic = Nic("00:16:3e:00:00:01", "xbr701")
    made = [
        commands.Create(PLAIN, "mark"),
        commands.Unpause("a", UUID, "mark"),
        commands.Destroy("a", UUID),
        commands.SetMemory("a", 1, UUID),
        commands.Rename("a", "b", UUID),
        commands.Attach("a", nic, UUID),
        commands.Detach("a", nic, UUID),
    ]
    assert {type(each) for each in made} == set(get_args(commands.Command))
    for command in made:
        assert (XEN.with_epoch(command, 7) != command) is ("xenstore-write" in str(command))
        assert ("'mark:7'" in str(XEN.with_epoch(command, 7))) is ("xenstore-write" in str(command))


@pytest.mark.parametrize(
    "line", ["", '/vm/x/reconciler = "m"', f'/vm/{UUID}/name = "m"', f'/vm/{UUID}/reconciler = "m']
)
def test_what_is_no_mark_of_a_domain_is_none(line: str) -> None:
    assert xenstore.parse_marks(line) == {}
