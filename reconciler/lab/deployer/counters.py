"""What the server was asked, counted by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

_CLASSES = (
    (re.compile(r"^/(deployment|reboot|power)/[^/]+"), r"/\1/:wid"),
    (re.compile(r"/(logs|debugs)/.+$"), r"/\1/:part"),
    (re.compile(r"^/nodes/.+$"), "/nodes/:node"),
    (re.compile(r"^/rights/.+$"), "/rights/:user"),
    (re.compile(r"^/environments/.+$"), "/environments/:path"),
    (re.compile(r"^/stats/.+$"), "/stats/:operation"),
)


@dataclass(frozen=True, slots=True)
class DeployerCounters:
    """``requests`` by verb and class of path (``GET /deployment/:wid/state``).

    ``deployments`` were accepted, whether or not they then ran; ``mutating`` counts accepted requests other than GET.
    """

    requests: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    deployments: int = 0
    mutating: int = 0

    def with_request(self, verb: str, path: str, *, accepted: bool) -> DeployerCounters:
        path = path.rstrip("/") or "/"
        for pattern, kind in _CLASSES:
            path = pattern.sub(kind, path)
        requests = dict(self.requests)
        requests[f"{verb} {path}"] = requests.get(f"{verb} {path}", 0) + 1
        changing = accepted and verb not in ("GET", "HEAD")
        deployed = accepted and (verb, path) == ("POST", "/deployment")
        return replace(
            self,
            requests=MappingProxyType(requests),
            deployments=self.deployments + deployed,
            mutating=self.mutating + changing,
        )
