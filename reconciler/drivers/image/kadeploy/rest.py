"""The language of Kadeploy's REST server: values to requests, replies to values.  Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.model.errors import ReconcilerError, Rejected, Unreadable
from reconciler.transport.decoding import parse_json
from reconciler.transport.http import HttpReply

DISCARDED = 14
"""All the nodes are in use by another operation, and were dropped from this one."""
UNKNOWN_WORKFLOW = 1


@dataclass(frozen=True, slots=True)
class Image:
    name: str
    version: int
    owner: str

    def __str__(self) -> str:
        return f"{self.name} version {self.version} of {self.owner}"


@dataclass(frozen=True, slots=True)
class Node:
    """What the server did to a node last; ``state`` is empty for one it never touched."""

    state: str = ""
    user: str = ""
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A deployment; of one that ended with an error the server does not say on which nodes it was.

    ``processing`` are the nodes that are not through, or all of them where the server only lists them.
    """

    done: bool
    error: bool
    ok: frozenset[str]
    ko: frozenset[str]
    processing: frozenset[str] = frozenset()
    image: Image | None = None

    @property
    def nodes(self) -> frozenset[str]:
        return self.ok | self.ko | self.processing


class KadeployError(Rejected):
    """The server said no; ``code`` is Kadeploy's own, 0 when it gave none."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def render_deployment(nodes: Sequence[str], image: Image) -> str:
    """The body of ``POST /deployment``; never with ``force``, which would break off what runs on a node."""
    environment = {"kind": "database", "name": image.name, "user": image.owner, "version": image.version}
    return json.dumps({"nodes": sorted(nodes), "environment": environment})


def parse_nodes(reply: HttpReply) -> Mapping[str, Node]:
    """Read ``GET /nodes``.

    Raises:
        Rejected, Unreadable
    """
    records = _object(reply)
    return {name: _parse_node(name, record) for name, record in records.items()}


def _parse_node(name: str, record: Any) -> Node:
    if record is None:
        return Node()
    try:
        return Node(str(record["state"] or ""), str(record.get("user") or ""), _parse_image(record.get("environment")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"the deployer's record of {name} cannot be read: {error!r:.100}") from error


def _parse_image(environment: Any) -> Image | None:
    if not environment or environment.get("name") is None:
        return None
    return Image(str(environment["name"]), int(environment["version"]), str(environment["user"]))


def parse_started(reply: HttpReply) -> str:
    """Read the answer to ``POST /deployment``: the workflow's id.  It was taken; it may yet be refused."""
    wid = _object(reply).get("wid")
    if not isinstance(wid, str) or not wid:
        raise Unreadable("the deployer took the deployment and gave no workflow id")
    return wid


def parse_workflow(reply: HttpReply) -> Workflow:
    """Read ``GET /deployment/<wid>``."""
    return _parse_summary(_object(reply))


def parse_workflows(reply: HttpReply) -> Mapping[str, Workflow]:
    """Read ``GET /deployment``: the workflows that the server still knows, by id."""
    entries = _value(reply)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Unreadable("the deployer's list of deployments is none")
    found = {str(entry.get("wid") or ""): _parse_summary(entry) for entry in entries}
    if "" in found or len(found) != len(entries):
        raise Unreadable("the deployer lists a deployment without an id, or one twice")
    return found


def _parse_summary(summary: Mapping[str, Any]) -> Workflow:
    nodes = summary.get("nodes")
    groups = nodes if isinstance(nodes, dict) else {}  # left out after an error; a bare list for another user's
    listed = nodes if isinstance(nodes, list) else groups.get("processing") or ()
    try:
        image = _parse_image(summary.get("environment"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"the deployer's record of a deployment cannot be read: {error!r:.100}") from error
    return Workflow(
        done=summary.get("done") is True,
        error=summary.get("error") is True,
        ok=frozenset(map(str, groups.get("ok") or ())),
        ko=frozenset(map(str, groups.get("ko") or ())),
        processing=frozenset(map(str, listed)),
        image=image,
    )


def parse_places(reply: HttpReply) -> Mapping[str, str]:
    """Read ``GET /deployment/<wid>/state``: where each node is, ``macro/micro: state: what went wrong``."""
    return {name: _place(state) for name, state in _object(reply).items() if isinstance(state, dict)}


def _place(state: Mapping[str, Any]) -> str:
    step = "/".join(str(state[key]) for key in ("macro", "micro") if state.get(key))
    return ": ".join(str(part) for part in (step, state.get("state"), state.get("error")) if part)


def _value(reply: HttpReply) -> Any:
    if reply.status != 200:
        raise read_error(reply)
    try:
        return parse_json(reply.text)
    except ValueError as error:
        raise Unreadable(f"the deployer answered what is not JSON: {reply.text[:80]!r}") from error


def _object(reply: HttpReply) -> dict[str, Any]:
    value = _value(reply)
    if not isinstance(value, dict):
        raise Unreadable(f"the deployer answered {type(value).__name__} where an object was due")
    return value


def read_error(reply: HttpReply) -> ReconcilerError:
    """The error in a reply: 400 with a code of Kadeploy's own; 5xx is a server that may do better next time."""
    code = reply.headers.get("x-application-error-code", "")
    text = " ".join(reply.text[:2000].split())[:300]
    if reply.status == 200:
        return Unreadable(f"the deployer named no error where one was due: {text}")
    if reply.status >= 500:
        return Unreadable(f"the deployer failed with HTTP {reply.status}: {text}")
    if code.isdecimal():
        return KadeployError(f"Kadeploy error {code}: {text}", int(code))
    return KadeployError(f"HTTP {reply.status}: {text}", 0)
