"""What the tests of the real switch share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.live.requirements import require
from tests.live.switch.programs import PACKAGES, shared


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of public OpenConfig models, where everything else that is needed is there as well."""
    require(PACKAGES)
    return shared("yang", "openconfig")
