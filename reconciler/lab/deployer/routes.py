"""The paths of the REST interface."""

from __future__ import annotations

import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from reconciler.lab.deployer.deployer import ADMINISTRATOR, LabDeployer
from reconciler.lab.deployer.errors import bad_json, forbidden, invalid_option, no_user, not_found
from reconciler.lab.deployer.json_text import render_json
from reconciler.lab.deployer.stats import FIELDS
from reconciler.lab.deployer.workflow_routes import WorkflowRoutes

VERSION = "3.3.11"
PREFIX = "X-Kadeploy-"
FILE_SYSTEMS = ("ext2", "ext3", "ext4", "fat32")
JSON_TYPE = 'application/json; charset="UTF-8"'
TEXT_TYPE = 'text/plain; charset="UTF-8"'

Handler = Callable[[web.Request], Awaitable[web.Response]]


def answer(value: object) -> web.Response:
    return web.Response(body=render_json(value).encode(), headers={"Content-Type": JSON_TYPE})


def answer_text(text: str) -> web.Response:
    return web.Response(body=f"{text}\n".encode(), headers={"Content-Type": TEXT_TYPE})


def user_of(request: web.Request) -> str:
    """From the header, else from the query.

    Raises:
        KadeployError: 401, there is none.
    """
    user = request.headers.get(f"{PREFIX}User") or request.query.get("user")
    if not user:
        raise no_user()
    return user


async def body_of(request: web.Request) -> dict[str, Any]:
    """The request's JSON object; 415 when it is none."""
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise bad_json() from None
    if not isinstance(body, dict):
        raise bad_json()
    return body


def add_routes(app: web.Application, deployer: LabDeployer) -> None:
    routes = _Routes(deployer)
    app.router.add_get("/version", routes.version)
    app.router.add_get("/auth_headers_prefix", routes.prefix)
    app.router.add_get("/info", routes.info)
    app.router.add_get("/clusters", routes.clusters)
    app.router.add_get("/nodes", routes.nodes)
    app.router.add_get("/nodes/{node}", routes.node)
    app.router.add_get("/environments", routes.environments)
    app.router.add_post("/environments", routes.add_environment)
    app.router.add_delete("/environments/{user}/{name}", routes.delete_environment)
    app.router.add_delete("/environments/{user}/{name}/{version}", routes.delete_environment)
    for path in ("/rights", "/rights/{user}", "/rights/{user}/{node}"):
        app.router.add_get(path, routes.rights)
    app.router.add_post("/rights", routes.grant)
    app.router.add_delete("/rights/{user}", routes.revoke)
    app.router.add_delete("/rights/{user}/{node}", routes.revoke)
    app.router.add_get("/stats/deployments", routes.stats)
    WorkflowRoutes(deployer, answer, answer_text, user_of, body_of).add_to(app)
    app.router.add_route("*", "/{path:.*}", routes.nothing)


class _Routes:
    """Everything but operations."""

    def __init__(self, deployer: LabDeployer) -> None:
        self._deployer = deployer

    async def nothing(self, request: web.Request) -> web.Response:
        raise not_found()

    async def version(self, request: web.Request) -> web.Response:
        return answer_text(VERSION)

    async def prefix(self, request: web.Request) -> web.Response:
        return answer_text(PREFIX)

    async def clusters(self, request: web.Request) -> web.Response:
        return answer(list(self._deployer.nodes.clusters))

    async def info(self, request: web.Request) -> web.Response:
        automata: dict[str, dict[str, list[object]]] = {}
        for cluster in self._deployer.nodes.clusters:
            kinds = automata.setdefault(cluster, {})
            for macro in self._deployer.automaton(cluster):
                kinds.setdefault(macro.kind, []).append({"name": macro.name, "retries": 0, "timeout": macro.timeout_s})
        supported = {cluster: list(FILE_SYSTEMS) for cluster in self._deployer.nodes.clusters}
        return answer({"pxe": "PXElinux", "automata": automata, "supported_fs": supported, "vars": []})

    async def nodes(self, request: web.Request) -> web.Response:
        records = self._deployer.nodes.records
        if "list" in request.query:
            return answer(list(records))
        return answer({node: record and record.render() for node, record in records.items()})

    async def node(self, request: web.Request) -> web.Response:
        records = self._deployer.nodes.records
        name = request.match_info["node"]
        if name not in records:
            raise not_found()
        record = records[name]
        return answer(record and record.render())

    async def environments(self, request: web.Request) -> web.Response:
        """By query only: `user`, `name`, `version`, `last`."""
        asked = request.query
        asker = request.headers.get(f"{PREFIX}User", asked.get("user", ""))
        found = self._deployer.registry.visible(asker, asked.get("user"))
        if "name" in asked:
            found = [entry for entry in found if entry.name == asked["name"]]
        if "version" in asked:
            found = [entry for entry in found if str(entry.version) == asked["version"]]
        if asked.get("last", "false") != "false":
            latest = {(entry.user, entry.name): entry for entry in sorted(found, key=lambda entry: entry.version)}
            found = list(latest.values())
        return answer([{**entry.render(), "user": entry.user} for entry in found])

    async def add_environment(self, request: web.Request) -> web.Response:
        user, body = user_of(request), await body_of(request)
        return answer(self._deployer.register(user, body.get("environment")).render())

    async def delete_environment(self, request: web.Request) -> web.Response:
        user, match = user_of(request), request.match_info
        if match["user"] != user:
            raise forbidden()
        version = match.get("version")
        if version is not None and not version.isdecimal():
            raise not_found()
        gone = self._deployer.registry.delete(user, match["name"], int(version) if version else None)
        return answer([{**entry.render(), "user": entry.user} for entry in gone])

    async def rights(self, request: web.Request) -> web.Response:
        user = request.match_info.get("user")
        if user is None:
            return answer(self._deployer.rights.dump())
        held = self._deployer.rights.of(user)
        node = request.match_info.get("node")
        if not held or (node is not None and node not in held):
            raise not_found()
        return answer({user: {name: parts for name, parts in held.items() if node in (None, name)}})

    async def grant(self, request: web.Request) -> web.Response:
        asker, body = user_of(request), await body_of(request)
        if asker != ADMINISTRATOR:
            raise forbidden()
        nodes, partitions = body.get("nodes", ["*"]), body.get("partitions", ["*"])
        if not _is_texts(nodes) or not _is_texts(partitions):
            raise invalid_option("Parameters 'nodes' and 'partitions' must be arrays of strings")
        user = str(body.get("username", asker))
        return answer({user: self._deployer.rights.grant(user, nodes, partitions)})

    async def revoke(self, request: web.Request) -> web.Response:
        if user_of(request) != ADMINISTRATOR:
            raise forbidden()
        user, node = request.match_info["user"], request.match_info.get("node")
        if not self._deployer.rights.of(user):
            raise not_found()
        gone = self._deployer.revoke(user, [node] if node else [])
        return answer({user: {name: ["*"] for name in gone} if node else {"*": ["*"]}})

    async def stats(self, request: web.Request) -> web.Response:
        """CSV, or JSON for those who accept nothing else; gzipped in any case."""
        if request.headers.get("Accept") == "application/json":
            text, kind = render_json([dict(zip(FIELDS, line, strict=True)) for line in self._deployer.stats]), JSON_TYPE
        else:
            text, kind = "".join(",".join(line) + "\n" for line in self._deployer.stats), "text/csv"
        return web.Response(
            body=gzip.compress(text.encode()), headers={"Content-Type": kind, "Content-Encoding": "gzip"}
        )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
