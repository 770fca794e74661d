"""An image on a node."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deployment:
    """``node`` is the name the deployer knows (fully qualified); the other three name the image."""

    node: str
    environment: str
    version: int
    owner: str
