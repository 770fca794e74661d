"""An image on a node."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deployment:
    """``node`` is the name the deployer knows (fully qualified); owner, environment and version name the image there."""

    node: str
    environment: str
    version: int
    owner: str
