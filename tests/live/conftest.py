"""Below here all is marked ``live`` and runs only when asked for (``pytest -m live``); and what is shared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.requirements import lacking, require
from tests.live.slice import Slice, running_slice
from tests.live.switch.programs import PACKAGES, shared
from tests.live.xen.build import Image, image
from tests.live.xen.packages import PROGRAMS, NoPackages

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


@pytest.fixture(scope="session")
def xen_image() -> Image:
    """What Xen nodes boot from; skips where it cannot be built."""
    require(PROGRAMS)
    try:
        return image()
    except NoPackages as error:
        lacking(str(error))
        raise


@pytest.fixture(scope="session")
def thin_slice(xen_image: Image) -> Iterator[Slice]:
    """A Xen node, a switch and two hosts.  Who changes something on them leaves them as they were."""
    require(PACKAGES)
    with running_slice(xen_image, shared("yang", "openconfig")) as started:
        yield started
