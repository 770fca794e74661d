"""The owner's mark, and what its epoch allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.ownership import (
    Mark,
    Owner,
    claimed_by_another,
    older_marks,
    parse_mark,
    refuse_if_overtaken,
    render_mark,
    without_epoch,
)
from reconciler.model.errors import Fenced
from reconciler.model.fence import Acquired, Acquisitions, Fence
from tests.drivers.fence import FENCE, STRANGER

OWNER = Owner("lille", "exp")
OURS = Owner("lille", "exp", FENCE.short_lineage)
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
    assert render_mark(mark.tag, Fence(mark.epoch)) == f"{TAG}:3"


def test_a_mark_says_which_books_it_is_of() -> None:
    assert render_mark(TAG, FENCE) == f"{TAG}:7-1c9f04d2"
    assert parse_mark(f"{TAG}:7-1c9f04d2") == Mark(TAG, 7, "1c9f04d2")


@pytest.mark.parametrize("text", [f"{TAG}:3-1c9f04d2", f"{TAG}:3"])
def test_a_mark_of_our_books_or_of_a_time_when_marks_did_not_say_is_ours(text: str) -> None:
    assert not claimed_by_another(Port("e1", text), OURS)


def test_an_experiment_of_our_name_in_other_books_is_another_owner() -> None:
    port = Port("e1", render_mark(TAG, STRANGER))
    assert claimed_by_another(port, OURS) and older_marks({"e1": port}, OURS, 99) == {}
    refuse_if_overtaken({"e1": port}, OURS, replace(FENCE, epoch=1))


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
    with pytest.raises(Fenced, match=r"port e2 has epoch 5 of exp, and this run has epoch 4"):
        refuse_if_overtaken(PORTS, OWNER, Fence(4))


def known_acquisitions(known: int, *latest: tuple[int, int], floor: int = 0) -> Acquisitions:
    return Acquisitions({"exp": Acquired(known, latest)}, floor)


def test_a_mark_that_no_acquisition_in_our_books_can_have_set_is_refused_however_high_our_epoch_is() -> None:
    with pytest.raises(
        Fenced, match=r"e2 has epoch 5 of exp, and the state database does not know that epoch"
    ) as raised:
        refuse_if_overtaken(PORTS, OWNER, Fence(60, known_acquisitions=known_acquisitions(2, (3, 4), (6, 7), (60, 60))))
    assert (raised.value.experiment, raised.value.epoch) == ("exp", 5)


@pytest.mark.parametrize(
    "known", [known_acquisitions(5), known_acquisitions(2, (3, 60)), known_acquisitions(0, (60, 60), floor=5)]
)
def test_a_mark_of_an_acquisition_in_the_books_or_one_that_a_person_accepted_is_no_obstacle(
    known: Acquisitions,
) -> None:
    refuse_if_overtaken(PORTS, OWNER, Fence(60, known_acquisitions=known))


def test_anothers_epochs_say_nothing_about_ours() -> None:
    refuse_if_overtaken(PORTS, OWNER, Fence(7))


def test_only_our_own_older_marks_are_raised() -> None:
    assert older_marks(PORTS, OWNER, 5) == {"e1": TAG}
    assert older_marks(PORTS, OWNER, 3) == {}
