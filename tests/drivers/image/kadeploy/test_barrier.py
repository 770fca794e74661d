"""No second deployment while a first may run: what a later run finds out about the work of an earlier one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.errors import Unreadable
from reconciler.model.outcome import Failed, Waiting
from reconciler.model.resource import Absent, Present, Unknown
from tests.drivers.fence import FENCE, behind_barrier
from tests.drivers.image.kadeploy.server import Server
from tests.drivers.image.kadeploy.test_driver import ALL, NAMES, SITE, apply, driver_of


def see(server: Server, *tickets: str) -> list[object]:
    fence = replace(behind_barrier(FENCE), tickets=tickets)
    return list(driver_of(server).observe(SITE, ALL, fence).values())


def test_work_that_takes_longer_is_waited_for_under_the_servers_name_for_it() -> None:
    server = Server(*NAMES)
    outcome = apply(server, ALL[0], patience_s=5)[ALL[0].address.name]
    assert isinstance(outcome, Waiting)
    assert outcome.ticket == "D-1"


def test_a_deployment_that_has_not_ended_makes_its_nodes_unknown_whatever_their_records_say() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0], patience_s=5)
    server.records[NAMES[0]] = None  # taken, and not begun
    first, *others = see(server, "D-1")
    assert isinstance(first, Unknown) and first.retry_in_s and "D-1" in first.reason
    assert others == [Absent()] * 2


def test_it_is_found_without_its_name_too() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0], patience_s=5)
    server.records[NAMES[0]] = None
    assert isinstance(see(server)[0], Unknown)


def test_once_it_has_ended_the_records_tell() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0], patience_s=5)
    server.sleep(60)
    assert see(server, "D-1") == [Present(ALL[0].spec), Absent(), Absent()]


def test_a_name_that_the_server_has_forgotten_holds_nothing_up() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0], patience_s=5)
    server.forget()
    server.finish(NAMES[0], "deploy_failed")
    assert see(server, "D-1") == [Absent()] * 3


def test_a_list_that_cannot_be_read_tells_nothing() -> None:
    server = Server(*NAMES)
    server.deployments["D-1"] = None  # type: ignore[assignment]  # makes the list unreadable below
    server._show = lambda *_: type("R", (), {"text": '"nonsense"'})()  # type: ignore[method-assign, assignment]
    with pytest.raises(Unreadable, match="list of deployments"):
        see(server)


def test_no_request_is_sent_for_a_node_that_a_deployment_under_way_has() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0], patience_s=5)
    server.records[NAMES[0]] = None
    outcome = apply(server, ALL[0])[ALL[0].address.name]
    assert isinstance(outcome, Waiting) and outcome.ticket == "D-1"
    assert server.posts == 1


def test_after_a_lost_reply_the_deployment_is_found_and_followed() -> None:
    server = Server(*NAMES)
    server.lose_reply = True
    server.fails = {NAMES[0]: 1}
    outcome = apply(server, ALL[0])[ALL[0].address.name]
    assert isinstance(outcome, Failed) and not outcome.unsure
    assert "send_environment" in str(outcome.error)  # only the deployment itself tells where it failed
    assert server.posts == 1


def test_a_server_that_falls_silent_leaves_the_name_of_what_it_took() -> None:
    server = Server(*NAMES)
    server.silent_after = ("POST", "/deployment")
    outcome = apply(server, ALL[0])[ALL[0].address.name]
    assert isinstance(outcome, Failed) and outcome.unsure and outcome.ticket == "D-1"
