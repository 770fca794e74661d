"""Scripts and the taking apart of their output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host.fence_file import HostMark
from reconciler.drivers.host.script import (
    Question,
    Section,
    Work,
    parse_output,
    render_barrier,
    render_batch,
    render_observation,
)
from reconciler.drivers.host.xen.hypervisor import XEN
from tests.drivers.fence import FENCE

QUESTION = Question(("/etc/grid5000/release",), domains=XEN.sections, links=True)
NAMES = [name for name, _ in QUESTION.sections]
OUTPUT = (
    "#host 0\ndebian\n#status 0\n#list\nName\n#status 0\n#domains\n[]\n#status 0\n#marks\n#status 1\n"
    "#neighbours\n[]\n#status 0\n#links\n[]\n#status 1\n#end\n"
)


FENCE_SECTION = [
    "echo '#fence'",
    "test '!' -s '/var/lib/reconciler/fence' || cat '/var/lib/reconciler/fence'",
    'echo "#status $?"',
]
MARK = HostMark("lille", "exp", "x1.lille", FENCE)


def test_a_barrier_is_an_observation_behind_the_gate() -> None:
    script = render_barrier(MARK, QUESTION)
    gate = "\n".join(MARK.gate()) + "\n"
    assert script.replace(gate, "") == render_observation(QUESTION)
    assert script.index("flock") < script.index("#fence") < script.index(gate) < script.index("#host 0")


def test_a_batch_passes_the_gate_before_its_first_step() -> None:
    script = render_batch(MARK, [Work("true")], Question())
    assert script.index("flock") < script.index("\n".join(MARK.gate())) < script.index("#step 0")


def test_an_observation_asks_each_thing_once_under_the_lock() -> None:
    assert render_observation(QUESTION).split("\n") == [
        "exec 9> /run/reconciler.lock",
        "flock -w 60 9 || exit 75",
        *FENCE_SECTION,
        "echo '#host 0'",
        "head -n 1 '/etc/grid5000/release'",
        'echo "#status $?"',
        "echo '#list'",
        "xl list -v",
        'echo "#status $?"',
        "echo '#domains'",
        "xl list -l",
        'echo "#status $?"',
        "echo '#marks'",
        "xenstore-ls -f /vm",
        'echo "#status $?"',
        "echo '#neighbours'",
        "ip -j neigh show",
        'echo "#status $?"',
        "echo '#links'",
        "ip -d -j link show",
        'echo "#status $?"',
        "echo '#end'",
        "",
    ]


def test_disks_are_asked_for_in_one_section_and_only_where_there_are_any() -> None:
    question = Question(domains=XEN.sections, disks=("/var/lib/reconciler/a.img", "/var/lib/reconciler/b.img"))
    names = [name for name, _ in question.sections]
    assert names == ["list", "domains", "marks", "neighbours", "disks"]
    asked = [f"test '!' -e '/var/lib/reconciler/{name}.img' || echo '/var/lib/reconciler/{name}.img'" for name in "ab"]
    assert "\n".join(["echo '#disks'", *asked, 'echo "#status $?"']) in render_observation(question)
    assert "disks" not in [name for name, _ in Question(domains=XEN.sections).sections]


def test_a_vital_step_ends_the_script_when_it_fails() -> None:
    script = render_batch(MARK, [Work("true", vital=True), Work("true")], Question())
    assert "echo '#step 0'\ntrue || exit 18\n" in script
    assert "echo '#step 1'\ntrue\necho" in script


def test_sections_are_found_with_their_status() -> None:
    output = parse_output(OUTPUT, NAMES)
    assert output.complete
    assert output.sections["links"] == Section("[]", 1)
    assert output.sections["host 0"] == Section("debian", 0)


def test_a_text_without_a_newline_at_its_end_keeps_its_last_line() -> None:
    assert parse_output("#host 0\ndebian#status 0\n#end\n", ["host 0"]).sections["host 0"] == Section("debian", 0)


@given(st.integers(0, len(OUTPUT) - 2))
def test_an_output_cut_anywhere_is_never_complete(length: int) -> None:
    assert not parse_output(OUTPUT[:length], NAMES).complete


@pytest.mark.parametrize("text", ["motd\n" + OUTPUT, OUTPUT + "#end\n", OUTPUT.replace("#list", "#lust"), "#end\n"])
def test_a_line_that_is_none_of_ours_is_an_error(text: str) -> None:
    if text.count("#end") == 2:
        assert parse_output(text, NAMES).complete  # what follows the end is no part of the answer
    else:
        with pytest.raises(ValueError, match="was due"):
            parse_output(text, NAMES)
