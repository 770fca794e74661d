from __future__ import annotations

import pytest

from reconciler.cli.event_types import TYPES
from reconciler.cli.exits import Exit
from reconciler.cli.main import cli
from reconciler.spec.codes import CODES
from tools.reference import FOLDER, render_pages

PAGES = render_pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_the_one_the_code_gives(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs`"


def test_no_page_is_left_of_what_is_no_longer_generated() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(PAGES)


def test_every_command_code_event_and_exit_code_has_its_line() -> None:
    assert all(f"## `reconciler {name}`" in PAGES["commands.md"] for name in cli.list_commands(None))  # type: ignore[arg-type]  # unused there
    assert "### `reconciler lab break`" in PAGES["commands.md"]
    assert all(f"| `{code}` |" in PAGES["codes.md"] for code in CODES)
    assert all(f"## `{name}`" in PAGES["events.md"] for name in TYPES)
    reachable = [code for code in Exit if code not in (Exit.PAUSED, Exit.TERMINATED)]
    assert all(f"\n| {int(code)} | " in PAGES["exit-codes.md"] for code in reachable)
