"""The log of what was ever connected."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.lab.isolation import IsolationLog

GROUPS = st.lists(st.lists(st.frozensets(st.sampled_from("abcdef")), max_size=4), max_size=12)


@settings(deadline=None)
@given(GROUPS)
def test_no_pair_that_ever_met_is_lost(moments) -> None:
    log = IsolationLog()
    for moment in moments:
        log.record(moment, 0.0)
    met = {(a, b) for moment in moments for members in moment for a in members for b in members if a != b}
    kept = {(a, b) for seen in log.groups for a in seen.members for b in seen.members if a != b}
    assert kept == met


@settings(deadline=None)
@given(GROUPS)
def test_no_group_is_kept_that_another_contains(moments) -> None:
    log = IsolationLog()
    for moment in moments:
        log.record(moment, 0.0)
    kept = [seen.members for seen in log.groups]
    assert not any(a <= b for a in kept for b in kept if a is not b)


def test_every_group_says_when_it_was_first_seen() -> None:
    log = IsolationLog()
    log.record([["a", "b"]], 1.0)
    log.record([["a", "b"], ["c", "d"]], 2.0)
    assert [(seen.sequence, seen.seconds, sorted(seen.members)) for seen in log.groups] == [
        (1, 1.0, ["a", "b"]),
        (2, 2.0, ["c", "d"]),
    ]


def test_a_machine_alone_is_no_meeting() -> None:
    log = IsolationLog()
    log.record([["a"]], 1.0)
    assert not log.groups
