"""Everything below here is marked ``live`` and runs only when asked for: ``pytest -m live``."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asked_for = "live" in config.getoption("markexpr")
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.live)
        if not asked_for:
            item.add_marker(pytest.mark.skip(reason="needs root and real components; ask for it with -m live"))
