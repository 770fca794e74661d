from __future__ import annotations

import pytest

from reconciler.lab.switch.confirmed import Commits, Committed, Confirm, ConfirmEvent
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.switch.stores import NOBODY, Datastores, Store
from reconciler.lab.switch.tree import EMPTY, Branch
from tests.lab.switch.payloads import access, bare, config, port
from tests.lab.switch.trees import tree

FIRST = tree(config(port("Ethernet1", modes=access(5))))
SECOND = tree(config(port("Ethernet1", modes=access(6))))


def pair(candidate: Branch = FIRST) -> tuple[Datastores, Commits]:
    stores = Datastores()
    stores.candidate = candidate
    return stores, Commits(stores)


def refused(commits: Commits, session_id: int, **options: object) -> str:
    with pytest.raises(RpcFailure) as caught:
        commits.commit(session_id, **options)  # type: ignore[arg-type] - options of commit, spelled out by the tests
    return caught.value.errors[0].tag


def test_a_plain_commit_is_for_good() -> None:
    stores, commits = pair()
    assert commits.commit(1) == Committed(changed=True)
    assert (stores.running, stores.candidate_modified, commits.pending) == (FIRST, False, None)


def test_a_commit_of_nothing_changes_nothing() -> None:
    _, commits = pair(EMPTY)
    assert commits.commit(1) == Committed(changed=False)


def test_a_candidate_that_may_not_run_is_refused_whole() -> None:
    stores, commits = pair(tree(config(bare("Ethernet1"))))
    assert refused(commits, 1) == "data-missing"
    assert (stores.running, stores.candidate_modified) == (EMPTY, True)


def test_an_unconfirmed_commit_is_undone() -> None:
    stores, commits = pair()
    assert commits.commit(1, Confirm(60)) == Committed(True, ConfirmEvent.START)
    assert stores.running == FIRST
    assert commits.undo(ConfirmEvent.TIMEOUT) == Committed(True, ConfirmEvent.TIMEOUT)
    assert (stores.running, stores.candidate, commits.pending) == (EMPTY, EMPTY, None)


def test_the_same_session_confirms() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60))
    assert commits.commit(1) == Committed(False, ConfirmEvent.COMPLETE)
    assert (stores.running, commits.pending) == (FIRST, None)


def test_another_session_does_not_confirm() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60))
    assert refused(commits, 2) == "in-use"
    assert refused(commits, 2, confirm=Confirm(60)) == "in-use"
    assert commits.pending is not None and stores.running == FIRST


def test_an_extended_commit_still_goes_back_to_the_start() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60))
    stores.candidate = SECOND
    assert commits.commit(1, Confirm(60)) == Committed(True, ConfirmEvent.EXTEND)
    commits.undo(ConfirmEvent.TIMEOUT)
    assert stores.running == EMPTY


def test_the_end_of_its_session_undoes_it() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60))
    assert commits.session_ended(2) is None
    assert commits.session_ended(1) == Committed(True, ConfirmEvent.CANCEL)
    assert stores.running == EMPTY


def test_a_persistent_commit_outlives_its_session_and_asks_for_its_token() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60, persist="token"))
    assert commits.session_ended(1) is None
    assert commits.pending is not None and commits.pending.session_id == NOBODY
    assert refused(commits, 2) == "in-use"
    assert refused(commits, 2, persist_id="wrong") == "invalid-value"
    assert commits.commit(2, persist_id="token") == Committed(False, ConfirmEvent.COMPLETE)
    assert stores.running == FIRST


def test_a_token_without_a_pending_commit_is_invalid() -> None:
    _, commits = pair()
    assert refused(commits, 1, persist_id="token") == "invalid-value"


def test_cancel_undoes_and_needs_something_to_undo() -> None:
    stores, commits = pair()
    with pytest.raises(RpcFailure, match="operation-failed"):
        commits.cancel(1, None)
    commits.commit(1, Confirm(60))
    with pytest.raises(RpcFailure, match="in-use"):
        commits.cancel(2, None)
    assert commits.cancel(1, None).event is ConfirmEvent.CANCEL
    assert stores.running == EMPTY


def test_an_undo_leaves_a_candidate_that_was_edited_since() -> None:
    stores, commits = pair()
    commits.commit(1, Confirm(60))
    stores.candidate = SECOND
    commits.undo(ConfirmEvent.TIMEOUT)
    assert stores.candidate == SECOND


@pytest.mark.parametrize("store", [Store.RUNNING, Store.CANDIDATE])
def test_a_lock_of_another_session_stops_the_commit(store: Store) -> None:
    stores, commits = pair()
    stores.discard_candidate()
    stores.lock(store, 2)
    stores.candidate = FIRST
    assert refused(commits, 1) == "in-use"
    assert commits.commit(2).changed


def test_running_is_not_locked_while_another_commit_is_pending() -> None:
    _, commits = pair()
    commits.commit(1, Confirm(60))
    with pytest.raises(RpcFailure, match="lock-denied"):
        commits.require_none_from_others(2)
    commits.require_none_from_others(1)
