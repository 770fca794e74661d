"""The owner's mark."""

from __future__ import annotations

import pytest

from reconciler.drivers.netconf.ownership import claimed_by_another, parse_mark

OURS = parse_mark("xr:v1:lille:exp:0000abcd:3")


def test_a_mark_says_owner_and_epoch() -> None:
    assert OURS is not None
    assert (OURS.owner, OURS.epoch) == (("lille", "exp"), 3)


@pytest.mark.parametrize(
    "text", ["", "uplink to gw", "xr is my initials", "xr:v1:lille:exp:0000abcd:3", "xr:v1:lille:exp:ffff0000:2"]
)
def test_free_ports_and_our_own_are_not_claimed(text: str) -> None:
    assert not claimed_by_another(text, OURS)


@pytest.mark.parametrize(
    "text",
    [
        "xr:v1:lille:exp:0000abcd:4",
        "xr:v1:lille:other:0000abcd:1",
        "xr:v1:nancy:exp:0000abcd:1",
        "xr:v2:who:knows",
        "xr:",
    ],
)
def test_other_owners_later_epochs_and_unreadable_marks_are_claimed(text: str) -> None:
    assert claimed_by_another(text, OURS)
