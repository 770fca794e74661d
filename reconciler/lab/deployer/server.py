"""The REST server in front of an emulated deployer."""

from __future__ import annotations

import asyncio
import base64

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.errors import KadeployError
from reconciler.lab.deployer.routes import add_routes

MAX_BODY = 1 << 20


class DeployerServer:
    """The listening server; ``close`` stops it at once, in the middle of answers too."""

    def __init__(self, runner: web.AppRunner, server: asyncio.Server) -> None:
        self._runner = runner
        self._server = server
        self._cleanup: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._server.close()
        self._cleanup = asyncio.get_running_loop().create_task(self._runner.cleanup())

    async def wait_closed(self) -> None:
        if self._cleanup is not None:
            await self._cleanup


async def serve(deployer: LabDeployer, address: str, port: int) -> DeployerServer:
    """Listen until closed; port 0 takes a free one."""
    app = web.Application(middlewares=[_misbehaving(deployer), _counting(deployer)], client_max_size=MAX_BODY)
    add_routes(app, deployer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    if runner.server is None:
        raise RuntimeError("the web server did not start")
    return DeployerServer(runner, await asyncio.get_running_loop().create_server(runner.server, address, port))


def _misbehaving(deployer: LabDeployer) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if deployer.faults.take("offline"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)  # which goes nowhere
        delay_s = deployer.faults.delay("slow")
        if delay_s:
            await asyncio.sleep(delay_s)
        if deployer.faults.take("error-500"):
            return web.Response(status=500, text="Internal Server Error -- Mysql2::Error: MySQL server has gone away\n")
        if deployer.faults.take("garbage"):
            return web.Response(body=b'{"chinqchint-1": {"state": \xff\xfe', content_type="application/json")
        return await handler(request)

    return middleware


def _counting(deployer: LabDeployer) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except KadeployError as error:
            deployer.count(request.method, request.path, accepted=False)
            return _render_error(error)
        deployer.count(request.method, request.path, accepted=True)
        return response

    return middleware


def _render_error(error: KadeployError) -> web.Response:
    headers = {"Content-Type": 'text/plain; charset="UTF-8"'}
    if error.code is not None:
        headers["X-Application-Error-Code"] = str(error.code)
        headers["X-Application-Error-Info"] = base64.b64encode(str(error).encode()).decode()
    return web.Response(status=error.status, body=f"{error}\n".encode(), headers=headers)
