from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from reconciler import extras
from reconciler.cli.exits import Exit, exit_of
from reconciler.extras import EXTRAS, require_extra
from reconciler.model.errors import NotInstalled

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]


def named(lines: list[str]) -> set[str]:
    return {Requirement(line).name for line in lines}


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_is_looked_for_is_what_an_installer_is_told(extra: str) -> None:
    assert named(PROJECT["optional-dependencies"][extra]) == set(EXTRAS[extra])
    assert not named(PROJECT["dependencies"]) & set(EXTRAS[extra])


def test_the_developers_extra_has_all_others() -> None:
    own = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
    assert {extra for line in own if line.name == "reconciler" for extra in line.extras} == set(EXTRAS)


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_that_is_installed_is_no_error(extra: str) -> None:
    require_extra(extra, "the test")


def test_a_missing_library_is_named_with_its_purpose_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda library: None if library == "asyncssh" else object())
    with pytest.raises(NotInstalled) as raised:
        require_extra("lab", "the lab")
    assert str(raised.value) == "the lab needs asyncssh, not installed here; run `pip install 'reconciler[lab]'`"
    assert exit_of(raised.value) is Exit.FAILED
