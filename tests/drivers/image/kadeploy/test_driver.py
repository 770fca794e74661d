"""One look for all nodes, one request per image, never a second; and every way in which a deployment can end."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused, Unreachable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Impact
from reconciler.model.resource import Absent, Present, Resource, Unknown
from reconciler.resources.deployment import Deployment
from tests.drivers.fence import FENCE
from tests.drivers.image.kadeploy.server import Server
from tests.drivers.image.kadeploy.simulator import driver_of

SITE = Endpoint("kadeploy", "lille")
NAMES = tuple(f"griffon-{number}.lille.grid5000.fr" for number in (1, 2, 3))


def deployment(node: str, environment: str = "debian-xen", version: int = 1) -> Resource[Deployment]:
    spec = Deployment(node, environment, version, "root")
    return Resource(Address("deployment", "exp", node.split(".")[0]), SITE, spec)


ALL = tuple(deployment(name) for name in NAMES)


def apply(server: Server, *resources: Resource[Deployment], patience_s: float = 900.0) -> dict[str, Any]:
    driver = driver_of(server, patience_s)
    outcomes = list(driver.apply(SITE, [driver.plan(Change(each, None, each.spec)) for each in resources], FENCE))
    assert len(outcomes) == len(resources)
    return {outcome.address.name: outcome for outcome in outcomes}


def see(server: Server, resource: Resource[Deployment]) -> Any:
    return driver_of(server).observe(SITE, [resource], FENCE)[resource.address]


def test_all_nodes_are_seen_by_one_request_and_as_the_right_user() -> None:
    server = Server(*NAMES)
    assert list(driver_of(server).observe(SITE, ALL, FENCE).values()) == [Absent()] * 3
    assert server.log == [("GET", "/nodes")]
    assert server.users == ["alice"]


@pytest.mark.parametrize("state", ["deployed", "rebooted", "recorded_env", "deploy_env"])
def test_a_recorded_image_is_present(state: str) -> None:
    server = Server(*NAMES)
    server.records[NAMES[0]] = {
        "state": state,
        "user": "bob",
        "environment": {"name": "x", "version": 7, "user": "bob"},
    }
    assert see(server, ALL[0]) == Present(Deployment(NAMES[0], "x", 7, "bob"))


@pytest.mark.parametrize("state", ["prod_env", "aborted", "deploy_failed"])
def test_a_node_without_an_image_of_ours_is_absent(state: str) -> None:
    server = Server(*NAMES)
    nobody = {"name": None, "version": None, "user": None}
    server.records[NAMES[0]] = {"state": state, "user": "alice", "environment": nobody}
    assert see(server, ALL[0]) == Absent()


@pytest.mark.parametrize("state", ["deploying", "rebooting"])
def test_a_busy_node_is_unknown_for_now(state: str) -> None:
    server = Server(*NAMES)
    image = {"name": "debian-xen", "version": 1, "user": "root"}
    server.records[NAMES[0]] = {"state": state, "user": "alice", "environment": image}
    assert see(server, ALL[0]).retry_in_s


@pytest.mark.parametrize("state", ["powering", "power_failed", "reboot_failed", "something_new"])
def test_a_state_that_tells_nothing_of_the_image_is_unknown(state: str) -> None:
    server = Server(*NAMES)
    image = {"name": "debian-xen", "version": 1, "user": "root"}
    server.records[NAMES[0]] = {"state": state, "user": "alice", "environment": image}
    assert isinstance(see(server, ALL[0]), Unknown)


def test_a_node_the_server_does_not_know_is_unknown_and_not_absent() -> None:
    assert isinstance(see(Server(NAMES[1]), ALL[0]), Unknown)


def test_nodes_with_one_image_go_in_one_request() -> None:
    server = Server(*NAMES)
    outcomes = apply(server, *ALL)
    assert outcomes["griffon-1"] == Done(ALL[0].address, Present(ALL[0].spec))
    assert all(isinstance(outcome, Done) for outcome in outcomes.values())
    assert server.posts == 1


def test_another_image_is_another_request_and_both_run_at_once() -> None:
    server = Server(*NAMES)
    started = server.now
    outcomes = apply(server, ALL[0], deployment(NAMES[1], version=2))
    assert all(isinstance(outcome, Done) for outcome in outcomes.values())
    assert server.posts == 2
    assert server.now - started < 45


def test_a_node_is_done_as_soon_as_it_is_deployed() -> None:
    server = Server(*NAMES)
    server.slow = {NAMES[1]}
    driver = driver_of(server)
    outcomes = driver.apply(SITE, [driver.plan(Change(each, None, each.spec)) for each in ALL[:2]], FENCE)
    assert next(outcomes) == Done(ALL[0].address, Present(ALL[0].spec))
    server.slow = set()
    assert next(outcomes) == Done(ALL[1].address, Present(ALL[1].spec))


def test_a_failed_node_names_its_step_and_the_others_go_on() -> None:
    server = Server(*NAMES)
    server.fails = {NAMES[1]: 2}
    outcomes = apply(server, *ALL)
    failed = outcomes["griffon-2"]
    assert isinstance(failed, Failed) and not failed.unsure
    assert "BootNewEnvKexec/kexec: ko: BootNewEnvKexec-kexec: timed out" in str(failed.error)
    assert isinstance(outcomes["griffon-1"], Done)
    assert (
        see(server, ALL[1]).retry_in_s if isinstance(see(server, ALL[1]), Unknown) else see(server, ALL[1]) == Absent()
    )


def test_an_image_that_is_deployed_again_is_not_done_before_it_is() -> None:
    server = Server(*NAMES)
    apply(server, ALL[0])
    before = server.now
    assert isinstance(apply(server, ALL[0])["griffon-1"], Done)
    assert server.now - before >= 30


def test_what_takes_longer_than_our_patience_is_waited_for_in_the_next_pass() -> None:
    server = Server(*NAMES)
    server.slow = {NAMES[0]}
    outcome = apply(server, ALL[0], patience_s=60)["griffon-1"]
    assert isinstance(outcome, Waiting)
    assert see(server, ALL[0]).retry_in_s


def test_a_node_that_another_deployment_has_is_left_to_it() -> None:
    server = Server(*NAMES)
    image = {"name": "debian-min", "version": 1, "user": "root"}
    server.records[NAMES[0]] = {"state": "deploying", "user": "bob", "environment": image}
    outcomes = apply(server, *ALL[:2])
    assert isinstance(outcomes["griffon-1"], Waiting)
    assert "bob" in outcomes["griffon-1"].reason
    assert isinstance(outcomes["griffon-2"], Done)


def test_a_request_that_was_taken_and_then_discarded_is_not_success() -> None:
    server = Server(*NAMES)
    real = server._start

    def race(request: dict[str, Any], user: str) -> Any:
        image = {"name": "debian-min", "version": 1, "user": "root"}
        server.records[NAMES[0]] = {"state": "deploying", "user": "bob", "environment": image}
        return real(request, user)

    server._start = race
    outcome = apply(server, ALL[0])["griffon-1"]
    assert isinstance(outcome, Waiting)
    assert server.posts == 1


@pytest.mark.parametrize(
    ("resource", "user", "text"),
    [
        (ALL[0], "mallory", "Kadeploy error 6: You do not have sufficient rights"),
        (deployment("nope-1.lille.grid5000.fr"), "alice", "Kadeploy error 2"),
        (deployment(NAMES[0], "absent"), "alice", "Kadeploy error 7"),
    ],
)
def test_a_refusal_carries_the_words_of_the_server(resource: Resource[Deployment], user: str, text: str) -> None:
    server = Server(*NAMES)
    server.rights = {"alice"} if user == "alice" else set()
    (outcome,) = apply(server, resource).values()
    assert isinstance(outcome, Failed) and not outcome.unsure
    assert text in str(outcome.error)


def test_a_lost_answer_is_settled_by_the_nodes_records_and_never_by_a_second_request() -> None:
    server = Server(*NAMES)
    server.lose_reply = True
    outcomes = apply(server, *ALL[:2])
    assert all(isinstance(outcome, Done) for outcome in outcomes.values())
    assert server.posts == 1


def test_a_request_of_which_nothing_shows_leaves_the_outcome_open() -> None:
    server = Server(*NAMES)
    server.lose_request = True
    outcome = apply(server, ALL[0])["griffon-1"]
    assert isinstance(outcome, Failed) and outcome.unsure
    assert server.posts == 1


def test_a_server_that_restarts_forgets_the_workflow_and_the_nodes_still_tell() -> None:
    server = Server(*NAMES)
    ticks = iter(range(1000))

    def sleep(seconds: float) -> None:
        Server.sleep(server, seconds)
        match next(ticks):
            case 3:
                server.forget()
            case 6:
                server.finish(NAMES[0], "deployed")
                server.finish(NAMES[1], "deploy_failed")

    server.sleep = sleep
    outcomes = apply(server, *ALL[:2])
    assert isinstance(outcomes["griffon-1"], Done)
    assert isinstance(outcomes["griffon-2"], Failed) and not outcomes["griffon-2"].unsure
    assert server.posts == 1


def test_a_server_that_falls_silent_leaves_the_outcome_open() -> None:
    server = Server(*NAMES)
    server.silent_after = ("POST", "/deployment")
    outcome = apply(server, ALL[0])["griffon-1"]
    assert isinstance(outcome, Failed) and outcome.unsure
    assert isinstance(outcome.error, Unreachable)
    assert server.posts == 1


def test_a_server_that_is_away_from_the_start_was_asked_nothing() -> None:
    server = Server(*NAMES)
    server.offline = True
    outcome = apply(server, ALL[0])["griffon-1"]
    assert isinstance(outcome, Failed) and not outcome.unsure
    assert server.posts == 0
    with pytest.raises(Unreachable):
        see(server, ALL[0])


def test_a_release_sends_nothing_and_says_so() -> None:
    server = Server(*NAMES)
    driver = driver_of(server)
    step = driver.plan(Change(ALL[0], ALL[0].spec, None))
    assert "nothing is sent" in str(step.commands[0])
    assert list(driver.apply(SITE, [step], FENCE)) == [Done(ALL[0].address)]
    assert server.log == []


def test_another_image_on_a_node_replaces_what_is_there() -> None:
    change = Change(deployment(NAMES[0], version=2), ALL[0].spec, deployment(NAMES[0], version=2).spec)
    step = driver_of(Server()).plan(change)
    assert step.impact is Impact.REPLACE
    assert str(step.commands[0]) == f"POST /deployment {NAMES[0]}: debian-xen version 2 of root"


def test_a_site_without_a_server_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match=r"deployer\.url"):
        driver_of(Server()).observe(Endpoint("kadeploy", "nancy"), ALL, FENCE)
