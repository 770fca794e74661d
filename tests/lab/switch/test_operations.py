from __future__ import annotations

import pytest

from reconciler.lab.switch.names import netconf
from reconciler.lab.switch.rpc_error import RpcFailure
from tests.lab.switch.console import Console, device
from tests.lab.switch.payloads import NAMESPACES, SPACES, access, config, port


@pytest.mark.parametrize("text", ["1", "99", "x", ""])
def test_only_another_living_session_is_killed(text: str) -> None:
    console = Console(device())
    with pytest.raises(RpcFailure, match="invalid-value"):
        console.ask(console.join(), f"<kill-session><session-id>{text}</session-id></kill-session>")


@pytest.mark.parametrize(
    ("operation", "tag"),
    [
        ("<fly/>", "operation-not-supported"),
        ('<get xmlns="urn:x"/>', "operation-not-supported"),
        ("<create-subscription/>", "operation-not-supported"),
        ("<get-config/>", "missing-element"),
        ("<get-config><source/></get-config>", "invalid-value"),
        ("<get-config><source><flash/></source></get-config>", "invalid-value"),
        ("<get-config><source><running/></source><depth/></get-config>", "unknown-element"),
        ("<get><filter type='xpath' select='/x'/></get>", "operation-not-supported"),
        ("<get><filter type='fuzzy'/></get>", "bad-attribute"),
        ("<edit-config><target><candidate/></target></edit-config>", "missing-element"),
        ("<edit-config><target><running/></target><config/></edit-config>", "operation-not-supported"),
        (
            "<edit-config><target><candidate/></target><test-option>x</test-option><config/></edit-config>",
            "invalid-value",
        ),
        ("<edit-config><target><candidate/></target><url>file:///etc</url></edit-config>", "unknown-element"),
        (
            "<copy-config><target><running/></target><source><startup/></source></copy-config>",
            "operation-not-supported",
        ),
        ("<copy-config><target><startup/></target><source><startup/></source></copy-config>", "invalid-value"),
        ("<delete-config><target><running/></target></delete-config>", "operation-not-supported"),
        ("<commit><confirm-timeout>5</confirm-timeout></commit>", "missing-element"),
        ("<commit><confirmed/><confirm-timeout>0</confirm-timeout></commit>", "invalid-value"),
        ("<commit><confirmed/><confirm-timeout>soon</confirm-timeout></commit>", "invalid-value"),
        ("<cancel-commit/>", "operation-failed"),
        ("<unlock><target><running/></target></unlock>", "operation-failed"),
        ("<kill-session/>", "missing-element"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(operation: str, tag: str) -> None:
    console = Console(device())
    with pytest.raises(RpcFailure) as caught:
        console.ask(console.join(), operation)
    assert [error.tag for error in caught.value.errors] == [tag]


def test_other_modes_of_with_defaults_are_refused() -> None:
    console = Console(device())
    mode = '<with-defaults xmlns="urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults">{}</with-defaults>'
    ask = "<get-config><source><running/></source>{}</get-config>"
    session = console.join()
    assert console.ask(session, ask.format(mode.format("explicit"))).data is not None
    with pytest.raises(RpcFailure, match="invalid-value"):
        console.ask(session, ask.format(mode.format("report-all")))


def test_validate_leaves_the_candidate_to_be_committed() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.edit(session, port("Ethernet1", modes=access(5)))
    console.ask(session, "<validate><source><candidate/></source></validate>")
    console.ask(console.join(), "<validate><source><candidate/></source></validate>")
    console.ask(session, "<commit/>")
    assert switch.port_states()["Ethernet1"].untagged == 5


def test_validate_checks_a_configuration_given_in_full() -> None:
    console = Console(device())
    session = console.join()
    good, bad = config(port("Ethernet1")), config(port("Ethernet1", modes=access(5000)))
    console.ask(session, f"<validate><source>{good}</source></validate>")
    with pytest.raises(RpcFailure, match="5000"):
        console.ask(session, f"<validate><source>{bad}</source></validate>")


def edit_with(options: str) -> str:
    incomplete = "<if:interface><if:name>Ethernet1</if:name></if:interface>"
    content = f"<config {NAMESPACES}><if:interfaces>{incomplete}</if:interfaces></config>"
    return f"<edit-config><target><candidate/></target>{options}{content}</edit-config>"


@pytest.mark.parametrize(
    "options", ["", "<test-option>test-then-set</test-option>", "<test-option>test-only</test-option>"]
)
def test_an_edit_is_tested_before_it_is_set(options: str) -> None:
    switch = device()
    console = Console(switch)
    with pytest.raises(RpcFailure, match="data-missing"):
        console.ask(console.join(), edit_with(options))
    assert not switch.stores.candidate_modified


def test_an_edit_that_is_only_set_is_refused_by_the_commit() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.ask(session, edit_with("<test-option>set</test-option>"))
    assert switch.stores.candidate_modified
    with pytest.raises(RpcFailure, match="data-missing"):
        console.ask(session, "<commit/>")


def test_get_tells_the_state_of_every_port_configured_or_not() -> None:
    switch = device()
    console = Console(switch)
    session = console.join()
    console.edit(session, port("Ethernet2", "<if:enabled>false</if:enabled>"))
    console.ask(session, "<commit/>")
    data = console.ask(session, "<get/>").data
    assert data is not None and data.tag == netconf("data")
    states = {
        found.findtext("if:name", None, SPACES): found.findtext("if:state/if:admin-status", None, SPACES)
        for found in data.iterfind(".//if:interface", SPACES)
    }
    assert states == {"Ethernet1": "UP", "Ethernet2": "DOWN"}
