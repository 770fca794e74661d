"""Whose port is it: the owner's mark in a port's description."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "xr:"


@dataclass(frozen=True, slots=True)
class Mark:
    """What ``xr:v1:<site>:<experiment>:<uid8>:<epoch>`` says; ``owner`` is its site and experiment."""

    owner: tuple[str, str]
    epoch: int


def parse_mark(description: str) -> Mark | None:
    """None for a description that is no mark we understand."""
    parts = description.split(":")
    if len(parts) != 6 or parts[:2] != ["xr", "v1"] or not (parts[5].isascii() and parts[5].isdigit()):
        return None
    return Mark((parts[2], parts[3]), int(parts[5]))


def claimed_by_another(description: str, ours: Mark | None) -> bool:
    """Marked by another owner, by a later life of our own experiment, or in a way that we cannot read."""
    if not description.startswith(PREFIX):
        return False
    theirs = parse_mark(description)
    return theirs is None or ours is None or theirs.owner != ours.owner or theirs.epoch > ours.epoch
