"""The owner's mark, and what its epoch allows."""

from __future__ import annotations

import pytest

from reconciler.drivers.netconf.openconfig import Port
from reconciler.drivers.netconf.ownership import (
    Mark,
    claimed_by_another,
    older_marks,
    parse_mark,
    refuse_if_overtaken,
    render_mark,
    without_epoch,
)
from reconciler.model.errors import Fenced
from reconciler.model.fence import Fence

OWNER = ("lille", "exp")
TAG = "xr:v1:lille:exp:0000abcd"
PORTS = {
    "e1": Port("e1", f"{TAG}:3"),
    "e2": Port("e2", "xr:v1:lille:exp:ffff0000:5"),
    "e3": Port("e3", "xr:v1:lille:theirs:0000abcd:9"),
    "e4": Port("e4", "desk 12"),
}


def test_a_mark_says_owner_and_epoch_and_is_written_as_it_was_read() -> None:
    mark = parse_mark(f"{TAG}:3")
    assert mark == Mark(TAG, 3)
    assert mark.owner == OWNER
    assert render_mark(mark.tag, mark.epoch) == f"{TAG}:3"


@pytest.mark.parametrize("text", ["", "uplink to gw", "xr is my initials", f"{TAG}:3", "xr:v1:lille:exp:ffff0000:99"])
def test_free_ports_and_our_own_are_not_claimed(text: str) -> None:
    assert not claimed_by_another(Port("e1", text), OWNER)


@pytest.mark.parametrize(
    "text", ["xr:v1:lille:other:0000abcd:1", "xr:v1:nancy:exp:0000abcd:1", "xr:v2:who:knows", "xr:", TAG, f"{TAG}:x"]
)
def test_other_owners_and_unreadable_marks_are_claimed(text: str) -> None:
    assert claimed_by_another(Port("e1", text), OWNER)


def test_the_epoch_is_taken_off_our_own_marks_and_no_others() -> None:
    assert [without_epoch(port, OWNER).description for port in PORTS.values()] == [
        TAG,
        "xr:v1:lille:exp:ffff0000",
        "xr:v1:lille:theirs:0000abcd:9",
        "desk 12",
    ]


@pytest.mark.parametrize("epoch", [5, 6])
def test_the_same_and_a_later_acquisition_may_go_on(epoch: int) -> None:
    refuse_if_overtaken(PORTS, OWNER, Fence(epoch))


def test_an_earlier_acquisition_is_refused_and_told_which_port_says_so() -> None:
    with pytest.raises(Fenced, match=r"port e2 is marked by acquisition 5 of exp, and ours is 4"):
        refuse_if_overtaken(PORTS, OWNER, Fence(4))


def test_anothers_epochs_say_nothing_about_ours() -> None:
    refuse_if_overtaken(PORTS, OWNER, Fence(7))


def test_only_our_own_older_marks_are_raised() -> None:
    assert older_marks(PORTS, OWNER, 5) == {"e1": TAG}
    assert older_marks(PORTS, OWNER, 3) == {}
