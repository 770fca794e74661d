"""VLAN lists as switches spell them."""

from __future__ import annotations

import pytest

from reconciler.drivers.switch.vlans import entries_within, expand, parse_entry


def test_ids_and_ranges_expand_to_the_same_set_in_any_order() -> None:
    assert expand(["703", "701..702"]) == expand(["701", "702", "703"]) == {701, 702, 703}


@pytest.mark.parametrize("text", ["", "0", "4095", "x", "1-3", "5..4", "1..4095", "701\n", " 7", "1..", "٧"])
def test_what_is_no_vlan_entry_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"VLAN|outside"):
        parse_entry(text)


def test_a_range_shared_with_others_is_not_within_ours() -> None:
    assert entries_within(["700..710", "701", "702..703"], {701, 702, 703}) == ("701", "702..703")
