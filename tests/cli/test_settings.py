"""Flag > environment > project file > user file > default."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from reconciler.cli import main
from reconciler.cli.main import PROJECT_FILE, SETTABLE, read_settings

USER = "reconciler/config.toml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(home: Path, name: str, text: str) -> None:
    file = home / "config" / name if name == USER else home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def parallelism(*arguments: str, env: dict[str, str] | None = None) -> str:
    """What ``plan`` would use: asked of click, before anything is read."""
    seen: list[str] = []

    @click.command("plan")
    @click.option("--parallelism", default=32)
    def probe(parallelism: int) -> None:
        seen.append(str(parallelism))

    known = main._COMMANDS["plan"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reconciler.cli.plan.plan_command", probe)
        result = CliRunner().invoke(main.cli, ["plan", *arguments], env=env)
    assert known == main._COMMANDS["plan"] and result.exit_code == 0, result.output
    return seen[0]


def test_each_place_wins_over_the_one_after_it(home: Path) -> None:
    assert parallelism() == "32"
    write(home, USER, "parallelism = 1\n")
    assert parallelism() == "1"
    write(home, PROJECT_FILE, "parallelism = 2\n")
    assert parallelism() == "2"
    assert parallelism(env={"RECONCILER_PARALLELISM": "3"}) == "3"
    assert parallelism("--parallelism", "4", env={"RECONCILER_PARALLELISM": "3"}) == "4"


@pytest.mark.parametrize("text", ["paralelism = 2\n", "yes = true\n", "parallelism = \n"])
def test_what_is_no_setting_is_refused_with_the_file(home: Path, text: str) -> None:
    write(home, PROJECT_FILE, text)
    with pytest.raises(click.UsageError, match=PROJECT_FILE):
        read_settings()


def test_nobody_agrees_to_a_plan_by_a_file() -> None:
    assert "yes" not in SETTABLE
