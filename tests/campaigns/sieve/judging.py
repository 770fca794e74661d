"""What a perturbed life must have in common with an undisturbed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.campaigns.sieve.workloads import BYSTANDER, NAME
from tests.campaigns.stage.stage import Stage


@dataclass(frozen=True, slots=True)
class End:
    """``lives`` is how often each object began and ended on the way; ``meetings`` who ever saw whom and never may."""

    picture: Mapping[str, Any]
    books: Mapping[str, Any]
    lives: Mapping[str, int]
    meetings: tuple[tuple[str, ...], ...]


def look(stage: Stage) -> End:
    picture = stage.picture()
    lives = picture.pop("lives")
    return End(picture, stage.books(NAME), lives, tuple(_meetings(stage)))


def _meetings(stage: Stage) -> Iterator[tuple[str, ...]]:
    for group in stage.ask_lab("history"):
        names = sorted({vm["name"] for vm in group["vms"]})
        owners = {owner for owner in (NAME, BYSTANDER) for name in names if _is_of(owner, name)}
        if len(owners) > 1:
            yield tuple(names)


def _is_of(owner: str, name: str) -> bool:
    return name.startswith(f"{owner}-") or f":{owner}:" in name


def differences(found: End, wanted: End, extra_commits: int) -> Iterator[str]:
    """Everything that is not as it would have been, one line each.

    ``extra_commits``: a run that follows one that died may raise the epoch of our marks, once on each switch.
    """
    yield from (f"they met: {', '.join(group)}" for group in found.meetings)
    yield from _differing("", found.picture, wanted.picture)
    yield from _differing("books", found.books, wanted.books)
    for what in sorted(found.lives.keys() | wanted.lives.keys()):
        had, due = found.lives.get(what, 0), wanted.lives.get(what, 0)
        if not due <= had <= due + (extra_commits if what.startswith("commit ") else 0):
            yield f"{what}: {had} times, and {due} in an undisturbed run"


def _differing(path: str, found: Any, wanted: Any) -> Iterator[str]:
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in sorted(found.keys() | wanted.keys()):
            yield from _differing(f"{path}/{key}", found.get(key), wanted.get(key))
    elif found != wanted:
        yield f"{path}: {found} instead of {wanted}"
