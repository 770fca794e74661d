"""Replies as the real server gave them, and replies that no server should give."""

from __future__ import annotations

import json

import pytest

from reconciler.drivers.image.kadeploy import rest
from reconciler.drivers.image.kadeploy.rest import Image, KadeployError, Node
from reconciler.model.errors import Unreadable
from reconciler.transport.http import HttpReply

IMAGE = Image("lenny-x64-xen", 3, "root")


def ok(value: object) -> HttpReply:
    return HttpReply(200, {}, json.dumps(value, indent=2))


def test_a_request_names_the_image_and_never_forces() -> None:
    body = json.loads(rest.render_deployment(["b", "a"], IMAGE))
    assert body == {
        "nodes": ["a", "b"],
        "environment": {"kind": "database", "name": "lenny-x64-xen", "user": "root", "version": 3},
    }


def test_node_records_are_read_touched_aborted_or_never_seen() -> None:
    nobody = {"name": None, "version": None, "user": None}
    nodes = rest.parse_nodes(
        ok(
            {
                "a": {
                    "state": "deployed",
                    "user": "alice",
                    "environment": {"name": "x", "version": "3", "user": "root"},
                },
                "b": {"state": "aborted", "user": "alice", "environment": nobody},
                "c": None,
            }
        )
    )
    assert nodes == {"a": Node("deployed", "alice", Image("x", 3, "root")), "b": Node("aborted", "alice"), "c": Node()}


NOT_NODES = (
    *("", "null", "[]", "<html>", '{"a": 1}', '{"a": {"user": "x"}}', "[" * 100_000),
    '{"a": {"state": "deployed", "environment": {"name": "x"}}}',
)


@pytest.mark.parametrize("text", NOT_NODES)
def test_a_reply_that_is_not_a_list_of_nodes_is_an_error_and_never_empty(text: str) -> None:
    with pytest.raises(Unreadable):
        rest.parse_nodes(HttpReply(200, {}, text))


def test_an_error_carries_the_code_and_the_text_of_the_server() -> None:
    reply = HttpReply(400, {"x-application-error-code": "6"}, "You do not have sufficient rights\n")
    with pytest.raises(KadeployError, match=r"Kadeploy error 6: You do not have sufficient rights") as caught:
        rest.parse_started(reply)
    assert caught.value.code == 6
    assert not caught.value.retryable


def test_a_server_that_failed_may_do_better_next_time() -> None:
    with pytest.raises(Unreadable) as caught:
        rest.parse_nodes(HttpReply(503, {}, "overloaded"))
    assert caught.value.retryable


def test_a_workflow_is_read_with_without_and_with_foreign_nodes() -> None:
    running = rest.parse_workflow(
        ok({"done": False, "error": False, "nodes": {"ok": ["a"], "ko": ["b"], "processing": []}})
    )
    assert (running.done, running.ok, running.ko) == (False, {"a"}, {"b"})
    assert rest.parse_workflow(ok({"done": True, "error": True})).error
    assert rest.parse_workflow(ok({"done": False, "nodes": ["a"]})).ok == frozenset()


def test_a_place_says_the_step_the_state_and_what_went_wrong() -> None:
    places = rest.parse_places(
        ok({"a": {"macro": "SetDeploymentEnvUntrusted", "micro": "reboot", "state": "ko", "error": "not provided"}})
    )
    assert places == {"a": "SetDeploymentEnvUntrusted/reboot: ko: not provided"}
    assert rest.parse_places(ok({"a": {"macro": None, "micro": None, "state": "ok"}})) == {"a": "ok"}


def test_a_start_without_a_workflow_id_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="workflow id"):
        rest.parse_started(ok({"resources": {}}))
