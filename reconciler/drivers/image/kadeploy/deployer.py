"""One site's Kadeploy server: where it is, as whom we talk to it, and the six requests we make."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from reconciler.drivers.image.kadeploy import rest
from reconciler.drivers.image.kadeploy.rest import UNKNOWN_WORKFLOW, Image, KadeployError, Node, Workflow
from reconciler.model.errors import ReconcilerError, Refused
from reconciler.model.secret import Secret
from reconciler.transport.http import Http, HttpReply

READ_DEADLINE_S = 30.0
START_DEADLINE_S = 120.0
_ENCRYPTED_OR_HERE = re.compile(r"https://|http://127(\.[0-9]{1,3}){3}(:[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class Deployer:
    """``user`` is whom we deploy as; it travels in the header ``<header_prefix>User``.

    ``password`` is asked for it at each request, where the server wants one.
    """

    url: str
    user: str = "root"
    header_prefix: str = "X-Kadeploy-"
    password: Callable[[], Secret] | None = None


@dataclass(frozen=True, slots=True)
class DeployerSession:
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

    def fetch_active(self, tickets: Collection[str] = ()) -> Mapping[str, Workflow]:
        """The deployments that have not ended, by id: those the server lists, and ``tickets`` if it knows them."""
        found = dict(rest.parse_workflows(self._get("/deployment")))
        for wid in sorted(set(tickets) - found.keys()):
            try:
                found[wid] = self.fetch_workflow(wid)
            except KadeployError as error:
                if error.code != UNKNOWN_WORKFLOW:
                    raise
        return {wid: workflow for wid, workflow in sorted(found.items()) if not workflow.done}

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
        if self.deployer.password is not None:
            headers["Authorization"] = self._credentials(self.deployer.password())
        url = self.deployer.url.rstrip("/") + path
        return self.http.exchange(method, url, headers=headers, body=body, deadline_s=deadline_s)

    def _credentials(self, password: Secret) -> str:
        if not _ENCRYPTED_OR_HERE.match(self.deployer.url):
            raise Refused(f"{self.deployer.url}: a password is sent over https only; set deployer.url to such a URL")
        return "Basic " + base64.b64encode(f"{self.deployer.user}:{password.reveal()}".encode()).decode()
