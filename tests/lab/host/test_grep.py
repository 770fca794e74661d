"""The host's grep beside the real one: the same pattern, the same file, the same answer."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.drivers.host.fence_file import numbers_up_to
from tests.lab.host.nodes import make_host, run

LINES = st.sampled_from(["", "a", "ab", "12 cd", "xr:v1:lille:exp:0:7 1c9f04d2", "xr:v1:lille:exp:0:70 1c9f04d2"])
PATTERNS = st.sampled_from(
    [
        "a",
        "[^ ]*",
        "xr:v1:[^ ]*:[0-9]+ 1c9f04d2",
        f"xr:v1:[^ ]*:({numbers_up_to(12)}) 1c9f04d2",
        "(a|ab)",
        "a|12 cd",
        "",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, max_size=3), PATTERNS, st.sampled_from(["-qxE", "-qsvxE", "-qvxE"]))
def test_it_answers_as_the_real_one_does(tmp_path: Path, lines: list[str], pattern: str, options: str) -> None:
    assert shutil.which("grep")
    text = "".join(f"{line}\n" for line in lines)
    (tmp_path / "f").write_text(text)
    real = subprocess.run(["grep", options, pattern, str(tmp_path / "f")], check=False).returncode
    script = f"cat > /root/f <<'XR_END'\n{text}XR_END\ngrep {options} '{pattern}' /root/f\n"
    assert run(make_host(), script).status == real


def test_a_file_that_is_not_there_is_an_error_with_or_without_a_word() -> None:
    loud, quiet = run(make_host(), "grep -qxE a /none\n"), run(make_host(), "grep -qsxE a /none\n")
    assert (loud.status, loud.err) == (2, "grep: /none: No such file or directory\n")
    assert (quiet.status, quiet.err) == (2, "")


@pytest.mark.parametrize(
    "words", ["-qE a /f", "a /f", "-qxE a", r"-qxE 'a\b' /f", "-qxP a /f", "-qxE '[[:digit:]]' /f"]
)
def test_whatever_may_mean_something_else_to_the_real_one_is_refused(words: str) -> None:
    assert run(make_host(), f"grep {words}\n").status == 2
