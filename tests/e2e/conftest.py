"""One lab for each module, in a state directory of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.testbed import QUICKSTART, Testbed


@pytest.fixture(scope="module")
def testbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Testbed]:
    made = Testbed(tmp_path_factory.mktemp("state"))
    made.must("lab", "start", "--fast")
    yield made
    made.must("lab", "stop")


@pytest.fixture(scope="module")
def quickstart(testbed: Testbed) -> Testbed:
    """The lab with the quickstart on it, converged."""
    testbed.apply(QUICKSTART)
    return testbed
