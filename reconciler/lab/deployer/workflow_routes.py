"""The paths of operations: start one, ask about it, end it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.errors import not_found
from reconciler.lab.deployer.requests import parse_deployment, parse_power, parse_reboot
from reconciler.lab.deployer.workflow import PATHS, Workflow


@dataclass(frozen=True, slots=True)
class WorkflowRoutes:
    deployer: LabDeployer
    answer: Callable[[object], web.Response]
    answer_text: Callable[[str], web.Response]
    user_of: Callable[[web.Request], str]
    body_of: Callable[[web.Request], Awaitable[dict[str, Any]]]

    def add_to(self, app: web.Application) -> None:
        app.router.add_post("/deployment", self.deploy)
        app.router.add_post("/reboot", self.reboot)
        app.router.add_put("/power", self.power)
        for letter, path in PATHS.items():
            app.router.add_get(f"/{path}", self._for(letter, self.list))
            for end in ("", "/"):
                app.router.add_get(f"/{path}/{{wid}}{end}", self._for(letter, self.show))
            app.router.add_delete(f"/{path}/{{wid}}", self._for(letter, self.delete))
            app.router.add_get(f"/{path}/{{wid}}/{{detail:state|status|debugs|error}}", self._for(letter, self.detail))
            app.router.add_get(f"/{path}/{{wid}}/logs", self._for(letter, self.logs))
            app.router.add_get(f"/{path}/{{wid}}/logs/{{cluster}}", self._for(letter, self.logs))
            app.router.add_get(f"/{path}/{{wid}}/debugs/{{node}}", self._for(letter, self.debugs))

    def _for(
        self, letter: str, handle: Callable[[web.Request, str], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handler(request: web.Request) -> web.Response:
            return await handle(request, letter)

        return handler

    async def deploy(self, request: web.Request) -> web.Response:
        user, body = self.user_of(request), await self.body_of(request)
        asked = parse_deployment(body, self.deployer.nodes.records, self.deployer.vlans)
        return self._accepted(self.deployer.deploy(user, asked))

    async def reboot(self, request: web.Request) -> web.Response:
        user, body = self.user_of(request), await self.body_of(request)
        asked = parse_reboot(body, self.deployer.nodes.records, self.deployer.vlans)
        return self._accepted(self.deployer.reboot(user, asked))

    async def power(self, request: web.Request) -> web.Response:
        user, body = self.user_of(request), await self.body_of(request)
        return self._accepted(self.deployer.power(user, parse_power(body, self.deployer.nodes.records)))

    def _accepted(self, workflow: Workflow) -> web.Response:
        path = workflow.path
        clusters = self.deployer.nodes.group(workflow.nodes)
        resources: dict[str, object] = {"resource": f"{path}/", "log": f"{path}/logs"}
        resources["logs"] = {cluster: f"{path}/logs/{cluster}?user={workflow.user}" for cluster in clusters}
        resources |= {name: f"{path}/{name}" for name in ("state", "status", "error")}
        return self.answer({"wid": workflow.wid, "resources": resources})

    def _summary(self, workflow: Workflow, asker: str) -> object:
        number = self.deployer.registry.number(workflow.environment) if workflow.environment else None
        return workflow.render_summary(asker, -1 if number is None else number, self.deployer.clock.now())

    async def list(self, request: web.Request, letter: str) -> web.Response:
        asker = self.user_of(request)
        return self.answer([self._summary(workflow, asker) for workflow in self.deployer.workflows(letter)])

    async def show(self, request: web.Request, letter: str) -> web.Response:
        asker = self.user_of(request)
        return self.answer(self._summary(self.deployer.find(letter, request.match_info["wid"]), asker))

    async def delete(self, request: web.Request, letter: str) -> web.Response:
        workflow = self._own(request, letter)
        self.deployer.remove(workflow)
        return self.answer({"wid": workflow.wid})

    async def detail(self, request: web.Request, letter: str) -> web.Response:
        workflow = self._own(request, letter)
        match request.match_info["detail"]:
            case "error":
                if workflow.error is not None:
                    raise workflow.error
                return self.answer_text("")
            case "state":
                found = workflow.render_state()
            case "status":
                clusters = self.deployer.nodes.group(workflow.nodes)
                found = workflow.render_status(clusters, self.deployer.clock.now())
            case _:
                found = {}
        return self.answer(found) if found else self.answer_text("")

    async def logs(self, request: web.Request, letter: str) -> web.Response:
        workflow = self._own(request, letter)
        cluster = request.match_info.get("cluster")
        if cluster is not None and cluster not in self.deployer.nodes.clusters:
            raise not_found()
        return self.answer_text(workflow.pop_logs(cluster))

    async def debugs(self, request: web.Request, letter: str) -> web.Response:
        self._own(request, letter)
        return self.answer_text("")

    def _own(self, request: web.Request, letter: str) -> Workflow:
        return self.deployer.find(letter, request.match_info["wid"], self.user_of(request))
