"""How long things take on an emulated device, repeatable from a seed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

DURATIONS_S: Mapping[str, tuple[float, float]] = {
    "create": (0.005, 0.020),
    "destroy": (0.002, 0.008),
    "attach": (0.004, 0.010),
    "list": (0.0005, 0.002),
    "change": (0.001, 0.004),
    "settle": (0.010, 0.040),
    "boot": (0.05, 0.15),
    "shutdown": (0.010, 0.040),
}
"""Emulated seconds, shortest and longest; some hundredfold faster than the real thing."""


class Pace:
    """``scale`` 0 takes no time at all; 100 is about as slow as the real thing."""

    def __init__(self, seed: int, scale: float = 1.0) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - repeatable latencies, not a secret
        self.scale = scale

    def draw(self, what: str) -> float:
        """How long it takes this time, in seconds."""
        shortest, longest = DURATIONS_S[what]
        return self._chance.uniform(shortest, longest) * self.scale

    async def spend(self, what: str) -> None:
        seconds = self.draw(what)
        if seconds > 0:
            await asyncio.sleep(seconds)
