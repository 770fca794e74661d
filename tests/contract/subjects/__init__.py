"""The pairs of driver and device that the conformance suite is run on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TypeAlias

from tests.contract.subject import Subject

Make: TypeAlias = Callable[[], AbstractContextManager[Subject]]
SIMULATED = "tests.simulation.subjects"


def subjects() -> Mapping[str, Make]:
    """All of them, by name."""
    modules = [f"{__name__}.{module.name}" for module in iter_modules(__path__)]
    modules += [SIMULATED] if find_spec("tests.simulation") and find_spec(SIMULATED) else []
    found: dict[str, Make] = {}
    for name in modules:
        for subject, make in import_module(name).SUBJECTS.items():
            assert subject not in found, f"two subjects are called {subject}"
            found[subject] = make
    return dict(sorted(found.items()))
