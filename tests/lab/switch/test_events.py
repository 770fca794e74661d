from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from reconciler.lab.switch.confirmed import ConfirmEvent
from reconciler.lab.switch.events import Actor, render_config_change, render_confirm
from reconciler.lab.switch.stores import Store

AT = datetime(2026, 11, 22, 17, 8, tzinfo=UTC)
WHO = Actor("alice", 7)


def leaves(event: etree._Element) -> list[tuple[str, str | None]]:
    return [(etree.QName(leaf).localname, leaf.text) for leaf in event.iter() if len(leaf) == 0]


def test_a_change_says_when_who_and_what() -> None:
    assert leaves(render_config_change(AT, Store.RUNNING, WHO)) == [
        ("eventTime", "2026-11-22T17:08:00.000000Z"),
        ("username", "alice"),
        ("session-id", "7"),
        ("datastore", "running"),
    ]


@pytest.mark.parametrize(
    ("what", "named", "timed"),
    [
        (ConfirmEvent.START, True, True),
        (ConfirmEvent.EXTEND, True, True),
        (ConfirmEvent.COMPLETE, True, False),
        (ConfirmEvent.CANCEL, True, False),
        (ConfirmEvent.TIMEOUT, False, False),
    ],
)
def test_a_time_out_has_no_author_and_only_a_start_has_a_deadline(what: ConfirmEvent, named: bool, timed: bool) -> None:
    told = dict(leaves(render_confirm(AT, what, WHO, 60)))
    assert told["confirm-event"] == what
    assert ("username" in told, "timeout" in told) == (named, timed)
