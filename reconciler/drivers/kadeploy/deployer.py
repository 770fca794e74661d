"""One site's Kadeploy server: where it is, as whom we talk to it, and the five requests we make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconciler.drivers.kadeploy import rest
from reconciler.drivers.kadeploy.rest import Image, Node, Workflow
from reconciler.model.errors import ReconcilerError
from reconciler.transport.http import Http, HttpReply

READ_DEADLINE_S = 30.0
START_DEADLINE_S = 120.0


@dataclass(frozen=True, slots=True)
class Deployer:
    """``user`` is whom we deploy as; it travels in the header ``<header_prefix>User``."""

    url: str
    user: str = "root"
    header_prefix: str = "X-Kadeploy-"


@dataclass(frozen=True, slots=True)
class Session:
    """All methods raise Unreachable, Unreadable, or KadeployError."""

    http: Http
    deployer: Deployer

    def fetch_nodes(self) -> Mapping[str, Node]:
        return rest.parse_nodes(self._get("/nodes"))

    def start(self, nodes: Sequence[str], image: Image) -> str:
        """Ask for a deployment and return its workflow id.  Sent once: a second would be taken, and discarded.

        Raises:
            Interrupted: the answer was lost; the deployment may run.
        """
        body = rest.render_deployment(nodes, image)
        return rest.parse_started(self._exchange("POST", "/deployment", START_DEADLINE_S, body))

    def fetch_workflow(self, wid: str) -> Workflow:
        return rest.parse_workflow(self._get(f"/deployment/{wid}"))

    def fetch_places(self, wid: str) -> Mapping[str, str]:
        return rest.parse_places(self._get(f"/deployment/{wid}/state"))

    def fetch_error(self, wid: str) -> ReconcilerError:
        """Why a workflow ended: the server answers this one with the error as its own status."""
        return rest.read_error(self._get(f"/deployment/{wid}/error"))

    def _get(self, path: str) -> HttpReply:
        return self._exchange("GET", path, READ_DEADLINE_S)

    def _exchange(self, method: str, path: str, deadline_s: float, body: str = "") -> HttpReply:
        headers = {f"{self.deployer.header_prefix}User": self.deployer.user, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
        url = self.deployer.url.rstrip("/") + path
        return self.http.exchange(method, url, headers=headers, body=body, deadline_s=deadline_s)
