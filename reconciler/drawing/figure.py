"""What a picture of experiments holds, before anybody says how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    BACKBONE = "backbone"
    SWITCH = "switch"
    ROUTER = "router"
    SHARED = "shared"
    """A site's production network: hosts are on it as they are, no port is set."""
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Network:
    """``key`` is what boxes and cables call it, ``title`` what people do; ``details``: kind, ids, addresses."""

    key: str
    title: str
    colour: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line in a box, with the networks it is about."""

    text: str
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """``site`` is empty for what lies between sites."""

    name: str
    shape: Shape
    site: str
    title: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Cable:
    """Between two boxes, by name, the upper one first; ``networks`` are those that cross it."""

    upper: str
    lower: str
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything sorted; boxes of one site follow each other."""

    title: str
    networks: tuple[Network, ...]
    boxes: tuple[Box, ...]
    cables: tuple[Cable, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(box.site for box in self.boxes if box.site))


COLOURS = ("#0b6e99", "#c2571a", "#3b7d23", "#8e3a80", "#a67c00", "#b3261e", "#2f4b9c", "#00796b", "#6d4c41", "#5c6b00")
"""Told apart by most eyes, on white; used again from the first when there are more networks."""
