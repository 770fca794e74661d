"""The driver's own code, run request by request: before each of them anything may happen."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar

from reconciler.drivers.image.kadeploy.rest import UNKNOWN_WORKFLOW, Image, Node
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import HttpReply
from tests.simulation.call import REPLY, LinkLost

T = TypeVar("T")
Serve = Callable[[str, str, str], HttpReply]
"""Method, path and body to the answer, by what the server knows at that moment."""
Arrive = Callable[[str, float], None]
"""A request, by its body, arrives so many seconds after its sender gave up."""


class NextRequest(Exception):
    """The code has come to a request that has no answer yet."""

    def __init__(self, method: str, path: str, body: str) -> None:
        super().__init__(f"{method} {path}")
        self.method, self.path, self.body = method, path, body


class Script:
    """The product's ``Http``: answers as they were given, then stops the code."""

    def __init__(self, answers: list[HttpReply | Interrupted]) -> None:
        self._answers = iter(answers)

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        answer = next(self._answers, None)
        if answer is None:
            raise NextRequest(method, url.partition("//")[2].partition("/")[2], body)
        if isinstance(answer, Interrupted):
            raise answer
        return answer


def ask(code: Callable[[Script], T], serve: Serve, arrive: Arrive) -> Generator[str | float, None, T]:
    """Run ``code``, which changes nothing but what it returns: it is begun anew for every answer that it gets."""
    answers: list[HttpReply | Interrupted] = []
    while True:
        try:
            return code(Script(answers))
        except NextRequest as request:
            answers.append((yield from _exchange(request, serve, arrive)))


def _exchange(
    request: NextRequest, serve: Serve, arrive: Arrive
) -> Generator[str | float, None, HttpReply | Interrupted]:
    answer: HttpReply | None = None
    posts = request.method == "POST"
    try:
        yield f"deployer.{moment_of(request)}"
        answer = serve(request.method, request.path, request.body)
        if posts:
            yield REPLY
    except LinkLost as lost:
        if posts and answer is None and lost.late_s is not None:
            arrive(request.body, lost.late_s)
        return Interrupted("the answer did not come")
    return answer


def moment_of(request: NextRequest) -> str:
    if request.method == "POST":
        return "post"
    first, *rest = request.path.split("/")
    return "nodes" if first == "nodes" else "list" if not rest else rest[1] if len(rest) > 1 else "workflow"


def render_image(image: Image | None) -> dict[str, Any] | None:
    return None if image is None else {"name": image.name, "version": image.version, "user": image.owner}


def render_nodes(nodes: Mapping[str, Node]) -> HttpReply:
    return ok(
        {
            name: {"state": node.state or None, "user": node.user, "environment": render_image(node.image)}
            for name, node in nodes.items()
        }
    )


def ok(value: object) -> HttpReply:
    return HttpReply(200, {}, json.dumps(value))


def refused(code: int, text: str) -> HttpReply:
    return HttpReply(400, {"x-application-error-code": str(code)}, text)


def unknown(wid: str) -> HttpReply:
    return refused(UNKNOWN_WORKFLOW, f"there is no deployment {wid}")
