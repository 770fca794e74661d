"""What we ask of a deployer, one value per node; nodes that get the same image go in one request.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reconciler.drivers.image.kadeploy.rest import Image


@dataclass(frozen=True, slots=True)
class Deploy:
    node: str
    image: Image

    def __str__(self) -> str:
        return f"POST /deployment {self.node}: {self.image}"


@dataclass(frozen=True, slots=True)
class Release:
    """Kadeploy has no un-deploy: the image stays until the site's epilogue puts its own back."""

    node: str

    def __str__(self) -> str:
        return f"release {self.node} (nothing is sent; the site redeploys it after the reservation)"


Command: TypeAlias = Deploy | Release
