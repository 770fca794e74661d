from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.switch.apply import OnError
from reconciler.lab.switch.edit import Operation
from reconciler.lab.switch.names import interfaces
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.switch.schema import CONFIG
from reconciler.lab.switch.tree import EMPTY, Branch, leaf_at
from tests.lab.switch.payloads import access, bare, config, modes, port, trunk
from tests.lab.switch.trees import after, attempt, modes_of, ports_of, tree

ONE = tree(config(port("Ethernet1", "<if:description>d</if:description>", modes=trunk(5, "101..103"))))


def refused(before: Branch, text: str, default: Operation = Operation.MERGE) -> list[str]:
    with pytest.raises(RpcFailure) as caught:
        after(before, text, default)
    return [error.tag for error in caught.value.errors]


def test_merge_keeps_what_it_does_not_mention() -> None:
    merged = after(ONE, config(bare("Ethernet1", inside="<if:config><if:mtu>9000</if:mtu></if:config>")))
    config_of = ports_of(merged)["Ethernet1"]
    assert leaf_at(config_of, CONFIG, interfaces("description")) == "d"
    assert leaf_at(config_of, CONFIG, interfaces("mtu")) == "9000"


def test_merge_adds_to_a_leaf_list() -> None:
    merged = after(ONE, config(bare("Ethernet1", inside=modes("<vl:trunk-vlans>7</vl:trunk-vlans>"))))
    assert modes_of(merged, "Ethernet1")["trunk-vlans"] == {"5", "7", "101..103"}


def test_replace_of_a_container_forgets_what_it_does_not_mention() -> None:
    inside = modes(trunk(9)).replace("<vl:switched-vlan>", '<vl:switched-vlan nc:operation="replace">')
    replaced = after(ONE, config(bare("Ethernet1", inside=inside)))
    assert modes_of(replaced, "Ethernet1") == {"interface-mode": "TRUNK", "trunk-vlans": {"9"}}


def test_replace_of_an_entry_leaves_the_other_entries() -> None:
    both = after(ONE, config(port("Ethernet2", modes=access(8))))
    replaced = after(both, config(port("Ethernet1", operation="replace")))
    assert modes_of(replaced, "Ethernet1") == {}
    assert modes_of(replaced, "Ethernet2")["access-vlan"] == "8"


def test_replace_as_the_default_replaces_the_datastore() -> None:
    both = after(ONE, config(port("Ethernet2", modes=access(8))))
    assert set(ports_of(after(both, config(port("Ethernet3")), Operation.REPLACE))) == {"Ethernet3"}


def test_create_of_what_exists_is_refused() -> None:
    assert refused(ONE, config(port("Ethernet1", operation="create"))) == ["data-exists"]
    leaf = '<if:config><if:description nc:operation="create">x</if:description></if:config>'
    assert refused(ONE, config(bare("Ethernet1", inside=leaf))) == ["data-exists"]


def test_delete_of_what_is_missing_is_refused_and_remove_is_not() -> None:
    assert refused(ONE, config(bare("Ethernet2", "delete"))) == ["data-missing"]
    assert after(ONE, config(bare("Ethernet2", "remove"))) == ONE


def test_delete_takes_one_value_out_of_a_leaf_list() -> None:
    gone = '<vl:trunk-vlans nc:operation="delete">5</vl:trunk-vlans>'
    assert modes_of(after(ONE, config(bare("Ethernet1", inside=modes(gone)))), "Ethernet1")["trunk-vlans"] == {
        "101..103"
    }
    part_of_a_range = '<vl:trunk-vlans nc:operation="delete">102</vl:trunk-vlans>'
    assert refused(ONE, config(bare("Ethernet1", inside=modes(part_of_a_range)))) == ["data-missing"]


def test_a_leaf_is_deleted_without_its_value() -> None:
    gone = '<if:config><if:description nc:operation="delete"/></if:config>'
    changed = ports_of(after(ONE, config(bare("Ethernet1", inside=gone))))["Ethernet1"]
    assert leaf_at(changed, CONFIG, interfaces("description")) is None


def test_the_last_entry_takes_the_empty_containers_with_it() -> None:
    assert after(ONE, config(bare("Ethernet1", "delete"))) == EMPTY


def test_none_as_the_default_only_descends() -> None:
    assert after(ONE, config(port("Ethernet1")), Operation.NONE) == ONE
    gone = modes("<vl:access-vlan>5</vl:access-vlan>")
    assert refused(ONE, config(bare("Ethernet2", inside=gone)), Operation.NONE) == ["data-missing"]
    assert after(ONE, config(bare("Ethernet1", "delete")), Operation.NONE) == EMPTY


@pytest.mark.parametrize(
    ("leaves", "named"),
    [
        (access(5) + "<vl:trunk-vlans>5</vl:trunk-vlans>", "trunk-vlans"),
        (access(5) + "<vl:native-vlan>5</vl:native-vlan>", "native-vlan"),
        (trunk(5) + "<vl:access-vlan>5</vl:access-vlan>", "access-vlan"),
        ("<vl:access-vlan>5</vl:access-vlan>", "access-vlan"),
    ],
)
def test_a_leaf_of_the_other_mode_is_refused(leaves: str, named: str) -> None:
    with pytest.raises(RpcFailure, match=f"unknown-element: {named} exists only while interface-mode is"):
        after(EMPTY, config(port("Ethernet1", modes=leaves)))


def test_the_mode_in_the_datastore_decides_too() -> None:
    text = config(bare("Ethernet1", inside=modes("<vl:access-vlan>5</vl:access-vlan>")))
    assert refused(ONE, text) == ["unknown-element"]


def test_a_change_of_mode_deletes_the_leaves_of_the_old_one() -> None:
    changed = after(ONE, config(bare("Ethernet1", inside=modes(access(7)))))
    assert modes_of(changed, "Ethernet1") == {"interface-mode": "ACCESS", "access-vlan": "7"}


def test_ethernet_settings_need_an_ethernet_type() -> None:
    assert refused(EMPTY, config(bare("Ethernet1", inside=modes(access(7))))) == ["unknown-element"]


@pytest.mark.parametrize(
    ("option", "left"),
    [
        (OnError.ROLLBACK, {"Ethernet1"}),
        (OnError.STOP, {"Ethernet1", "Ethernet2"}),
        (OnError.CONTINUE, {"Ethernet1", "Ethernet2"}),
    ],
)
def test_the_error_option_says_what_is_left_behind(option: OnError, left: set[str]) -> None:
    text = config(port("Ethernet2"), bare("Ethernet3", "delete"), port("Ethernet1", operation="create"))
    applied = attempt(ONE, text, option)
    assert set(ports_of(applied.tree)) == left
    assert len(applied.errors) == (1 if option is OnError.STOP else 2)


EDITS = st.lists(
    st.builds(
        lambda name, vlan, replace: port(name, modes=access(vlan), operation="replace" if replace else ""),
        st.sampled_from(["Ethernet1", "Ethernet2", "Ethernet3"]),
        st.integers(1, 4094),
        st.booleans(),
    ),
    max_size=6,
)


@settings(max_examples=50, deadline=None)
@given(EDITS)
def test_an_edit_applied_twice_changes_nothing_the_second_time(ports: list[str]) -> None:
    branch = EMPTY
    for text in ports:
        branch = after(branch, config(text))
        assert after(branch, config(text)) == branch
