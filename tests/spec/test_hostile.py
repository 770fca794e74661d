"""Files made to hurt are refused within 5 seconds and 256 MiB, measured in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import SpecError
from reconciler.spec.load import load
from tests.spec.samples import IMAGES, ROOT, SITES, SOUND

_MIB = 1024 * 1024
_CHILD = f"""
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({256 * _MIB}, {256 * _MIB}))
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from reconciler.model.errors import SpecError
from reconciler.spec.load import load
from reconciler.spec.excerpt import render_text
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    text = file.read()
before = time.process_time()
try:
    load({{"hostile.yaml": text}})
    codes = []
except SpecError as error:
    codes = sorted({{d.code for d in error.diagnostics}})
    shown = render_text(error.diagnostics, {{"hostile.yaml": text}})
print(json.dumps([codes, time.process_time() - before, len(shown)]))
"""

_BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
_MERGES = "m0: &m0 {k: v}\n" + "".join(f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(_BOMB, "S106", id="alias bomb"),
        pytest.param(_MERGES, "S109", id="merge bomb"),
        pytest.param("a: &a [*a]\n", "S106", id="a list in itself"),
        pytest.param("- x\n" * (10 * _MIB // 4), "S101", id="10 MB"),
        pytest.param("[" * 100_000, "S104", id="100,000 brackets"),
        pytest.param("{a: " * 50_000, "S104", id="50,000 braces"),
        pytest.param("- " * 100_000, "S104", id="100,000 dashes"),
        pytest.param("? " * 100_000, "S104", id="100,000 question marks"),
        pytest.param("a\n" * 120_000, "S201", id="one endless word"),
        pytest.param("x: " + "9" * 200_000, "S117", id="a number of 200,000 digits"),
        pytest.param("[" + "1," * 120_000 + "]", "S105", id="120,000 values"),
        pytest.param("{" + "a: 1," * 9_000 + "}", "S110", id="one key 9,000 times"),
        pytest.param("&a " * 80_000, "S103", id="80,000 anchors"),
        pytest.param("!" * 200_000, "S107", id="200,000 tags"),
        pytest.param('"' + "\\x41" * 60_000, "S103", id="a string without an end"),
        pytest.param("%TAG ! tag:x,2000:" + "y" * 200_000 + "\n--- !z a", "S107", id="a long tag"),
        pytest.param("#" * 250_000 + "\n\x00", "S102", id="a long comment and a NUL"),
        pytest.param("a: |\n" + " x\n" * 80_000 + "\tb", "S103", id="a long block and a tab"),
    ],
)
def test_a_hostile_file_is_refused_in_time_and_space(text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    command = [sys.executable, "-c", _CHILD, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    codes, seconds, shown = json.loads(done.stdout)
    assert code in codes
    assert seconds < 5
    assert shown < 20 * _MIB


_LINES = SOUND.splitlines(keepends=True)


@given(st.text(max_size=300))
def test_any_text_raises_nothing_but_a_spec_error(text: str) -> None:
    try:
        load({"f": text})
    except SpecError as error:
        assert error.diagnostics


_JUNK = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["[]", "{}", "null", "-1", "'", '"', ": ", "\n", "- ", "lille", "0.0.0.0/0", "99999"]),
)


@given(st.integers(0, len(SOUND)), st.integers(0, 12), _JUNK)
def test_a_sound_file_with_any_scratch_raises_nothing_but_a_spec_error(at: int, length: int, junk: str) -> None:
    try:
        load({**SITES, **IMAGES, "f": SOUND[:at] + junk + SOUND[at + length :]})
    except SpecError as error:
        assert error.diagnostics


@given(st.permutations(_LINES[4:]))
def test_the_lines_of_a_sound_file_in_any_order_raise_nothing_but_a_spec_error(lines: list[str]) -> None:
    try:
        load({**SITES, **IMAGES, "f": "".join(_LINES[:4] + lines)})
    except SpecError as error:
        assert error.diagnostics
