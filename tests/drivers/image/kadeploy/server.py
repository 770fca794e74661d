"""A Kadeploy server in memory: what the recorded exchanges show, on a clock of its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.errors import Unreachable
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import HttpReply

STEPS = (
    ("SetDeploymentEnvUntrusted", "reboot"),
    ("BroadcastEnvKastafior", "send_environment"),
    ("BootNewEnvKexec", "kexec"),
)
STEP_S = 10.0


@dataclass
class Deployment:
    wid: str
    user: str
    image: dict[str, object]
    nodes: list[str]
    started: float
    ok: list[str] = field(default_factory=list)
    ko: dict[str, tuple[str, str]] = field(default_factory=dict)
    error: tuple[int, str] | None = None

    @property
    def processing(self) -> list[str]:
        return [name for name in self.nodes if name not in self.ok and name not in self.ko]


class Server:
    """``log`` holds every request; ``fails`` maps a node to the step (0…) it fails at."""

    def __init__(self, *names: str) -> None:
        self.now = 1000.0
        self.records: dict[str, dict[str, object] | None] = dict.fromkeys(names)
        self.environments = {
            ("debian-xen", 1, "root"),
            ("debian-xen", 2, "root"),
            ("debian-min", 1, "root"),
            ("debian-xen", 1, "alice"),
        }
        self.deployments: dict[str, Deployment] = {}
        self.rights = {"alice"}
        self.fails: dict[str, int] = {}
        self.log: list[tuple[str, str]] = []
        self.users: list[str] = []
        self.offline = False
        self.lose_reply = self.lose_request = False
        self.silent_after: tuple[str, str] | None = None
        self.slow: set[str] = set()

    # --- the world ------------------------------------------------------------------------------------------------

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        for deployment in self.deployments.values():
            self._advance(deployment)

    def forget(self) -> None:
        """A restart: workflows live in memory, node states in the database."""
        self.deployments.clear()

    def finish(self, name: str, state: str) -> None:
        """What the restarted server's database says of a node at the end."""
        self.records[name]["state"] = state

    @property
    def posts(self) -> int:
        return self.log.count(("POST", "/deployment"))

    def _advance(self, deployment: Deployment) -> None:
        step = int((self.now - deployment.started) // STEP_S)
        for name in deployment.processing:
            if name in self.slow:
                continue
            if name in self.fails and step > self.fails[name]:
                deployment.ko[name] = STEPS[self.fails[name]]
                self.records[name]["state"] = "deploy_failed"
            elif step >= len(STEPS):
                deployment.ok.append(name)
                self.records[name]["state"] = "deployed"

    # --- the REST interface ---------------------------------------------------------------------------------------

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        assert deadline_s > 0
        path = url.removeprefix("http://kadeploy.lille:25300")
        self.log.append((method, path))
        self.users.append(headers["X-Kadeploy-User"])
        if self.offline or self.silent_after in self.log[:-1]:
            raise Unreachable("connection refused")
        if method == "POST" and self.lose_request:
            raise Interrupted("connection reset")
        reply = self._route(method, path.strip("/").split("/"), headers["X-Kadeploy-User"], body)
        if method == "POST" and self.lose_reply:
            raise Interrupted("connection reset")
        return reply

    def _route(self, method: str, path: list[str], user: str, body: str) -> HttpReply:
        match method, path:
            case "GET", ["nodes"]:
                return _json(self.records)
            case "POST", ["deployment"]:
                return self._start(json.loads(body), user)
            case "GET", ["deployment"]:
                shown = (self._show(deployment, [], user) for deployment in self.deployments.values())
                return _json([json.loads(reply.text) for reply in shown])
            case "GET", ["deployment", wid, *rest]:
                deployment = self.deployments.get(wid)
                if deployment is None:
                    return _error(1, "Invalid workflow ID")
                return self._show(deployment, rest, user)
        return HttpReply(404, {}, "File Not Found -- Kadeploy::HTTPd::NotFoundError")

    def _start(self, request: dict[str, object], user: str) -> HttpReply:
        assert "force" not in request
        nodes, image = request["nodes"], request["environment"]
        assert nodes == sorted(set(nodes)) and image.pop("kind") == "database"
        for name in nodes:
            if name not in self.records:
                return _error(2, f"Invalid node list -- Parameter 'nodes': The node '{name}' does not exist")
        if user not in self.rights:
            return _error(6, "You do not have sufficient rights to perform the operation on all the nodes")
        if (image["name"], image["version"], image["user"]) not in self.environments:
            text = f"the environment {image['name']}, of {image['user']} does not exist"
            return _error(7, f"Invalid environment specification -- {text}")
        free = [name for name in nodes if (self.records[name] or {}).get("state") != "deploying"]
        wid = f"D-{len(self.deployments) + 1}"
        deployment = self.deployments[wid] = Deployment(wid, user, image, free, self.now)
        if not free:
            deployment.error = (14, "No element has been modified -- All the nodes have been discarded ...")
        for name in free:
            self.records[name] = {"state": "deploying", "user": user, "environment": dict(image)}
        return _json({"wid": wid, "resources": {"resource": f"/deployment/{wid}/"}})

    def _show(self, deployment: Deployment, rest: list[str], user: str) -> HttpReply:
        if rest == ["error"] and deployment.error:
            return _error(*deployment.error)
        if rest and user != deployment.user:
            return HttpReply(403, {}, "Forbidden -- You do not the rights to perform this operation")
        if rest == ["state"]:
            return _json({name: self._place(deployment, name) for name in deployment.nodes})
        assert not rest
        done = not deployment.processing
        summary = {"wid": deployment.wid, "user": deployment.user, "done": done, "error": bool(deployment.error)}
        if user != deployment.user:
            return _json({**summary, "nodes": deployment.nodes})
        if not deployment.error:
            summary["nodes"] = {"ok": deployment.ok, "ko": list(deployment.ko)}
            if not done:
                summary["nodes"]["processing"] = deployment.processing
        return _json({**summary, "environment": {"id": None, **deployment.image}})

    def _place(self, deployment: Deployment, name: str) -> dict[str, object]:
        if name in deployment.ko:
            macro, micro = deployment.ko[name]
            return {"macro": macro, "micro": micro, "state": "ko", "error": f"{macro}-{micro}: timed out"}
        if name in deployment.ok:
            return {"macro": None, "micro": None, "state": "ok"}
        return {"macro": STEPS[0][0], "micro": STEPS[0][1], "state": "ok"}


def _json(value: object) -> HttpReply:
    return HttpReply(200, {"content-type": 'application/json; charset="UTF-8"'}, json.dumps(value, indent=2))


def _error(code: int, text: str) -> HttpReply:
    info = base64.b64encode(text.encode()).decode()
    return HttpReply(400, {"x-application-error-code": str(code), "x-application-error-info": info}, text + "\n")
