"""How an error is put in: one attribute of the product, or of a device, replaced for as long as the error is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.simulation import choices


@dataclass(frozen=True, slots=True)
class Patch:
    """``make`` is given what stands there and returns what is to stand there."""

    owner: Any
    name: str
    make: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Error:
    """``what`` says what is wrong, ``scene`` names the scenario that shows it."""

    name: str
    what: str
    scene: str
    patches: tuple[Patch, ...]


@contextmanager
def planted(error: Error) -> Iterator[None]:
    """What was remembered of pure functions is forgotten before and after: they may be what is patched."""
    with ExitStack() as stack:
        stack.callback(choices.forget_choices, remember=True)
        for patch in error.patches:
            before = getattr(patch.owner, patch.name)
            stack.callback(setattr, patch.owner, patch.name, before)
            setattr(patch.owner, patch.name, patch.make(before))
        choices.forget_choices(remember=False)
        yield


def nothing(*args: object, **kwargs: object) -> None:
    return None


def instead(value: Any) -> Callable[[Any], Any]:
    return lambda before: value


def returns(value: Any) -> Callable[[Any], Any]:
    return lambda before: lambda *args, **kwargs: value
