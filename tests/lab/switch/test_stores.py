from __future__ import annotations

import pytest

from reconciler.lab.switch.rpc_error import RpcError, RpcFailure
from reconciler.lab.switch.stores import Datastores, Store
from reconciler.lab.switch.tree import EMPTY
from tests.lab.switch.payloads import access, config, port
from tests.lab.switch.trees import tree

EDITED = tree(config(port("Ethernet1", modes=access(5))))


def denied(stores: Datastores, store: Store, session_id: int) -> RpcError:
    with pytest.raises(RpcFailure) as caught:
        stores.lock(store, session_id)
    return caught.value.errors[0]


def test_a_lock_is_denied_with_the_session_that_holds_it() -> None:
    stores = Datastores()
    stores.lock(Store.RUNNING, 7)
    error = denied(stores, Store.RUNNING, 8)
    assert (error.tag, error.type, error.info) == ("lock-denied", "protocol", (("session-id", "7"),))
    assert denied(stores, Store.RUNNING, 7).tag == "lock-denied"
    stores.lock(Store.CANDIDATE, 8)


def test_a_modified_candidate_is_not_locked() -> None:
    stores = Datastores()
    stores.candidate = EDITED
    assert denied(stores, Store.CANDIDATE, 8).info == (("session-id", "0"),)
    stores.discard_candidate()
    stores.lock(Store.CANDIDATE, 8)


def test_giving_back_the_lock_of_the_candidate_discards_it() -> None:
    stores = Datastores()
    stores.lock(Store.CANDIDATE, 8)
    stores.candidate = EDITED
    stores.unlock(Store.CANDIDATE, 8)
    assert stores.candidate == EMPTY


def test_only_the_holder_unlocks() -> None:
    stores = Datastores()
    stores.lock(Store.RUNNING, 7)
    for store, session_id in ((Store.RUNNING, 8), (Store.STARTUP, 7)):
        with pytest.raises(RpcFailure, match="operation-failed"):
            stores.unlock(store, session_id)


def test_a_session_takes_its_locks_with_it() -> None:
    stores = Datastores()
    stores.lock(Store.RUNNING, 7)
    stores.lock(Store.CANDIDATE, 7)
    stores.lock(Store.STARTUP, 8)
    stores.candidate = EDITED
    stores.release(7)
    assert [stores.lock_holder(store) for store in Store] == [None, None, 8]
    assert stores.candidate == EMPTY


def test_the_candidate_follows_running_until_it_is_edited() -> None:
    stores = Datastores()
    stores.running = EDITED
    assert stores.candidate == EDITED
    stores.candidate = EMPTY
    assert stores.candidate_modified
