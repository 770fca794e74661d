"""``edit-config``, ``copy-config``, ``delete-config`` and ``validate``: everything that writes no running."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from lxml import etree

from reconciler.lab.switch.apply import OnError, apply_edit, edited
from reconciler.lab.switch.constraints import require_valid
from reconciler.lab.switch.decode import decode_config
from reconciler.lab.switch.edit import Operation
from reconciler.lab.switch.names import netconf
from reconciler.lab.switch.parameters import require_known, required, store_of, word_of
from reconciler.lab.switch.rpc_error import RpcFailure, refusal
from reconciler.lab.switch.stores import Datastores, Store
from reconciler.lab.switch.tree import EMPTY, Branch


class DefaultOperation(StrEnum):
    MERGE = "merge"
    REPLACE = "replace"
    NONE = "none"


class TestOption(StrEnum):
    """What RFC 6241 8.6 lets a client choose; the first is the default of a switch that can validate."""

    TEST_THEN_SET = "test-then-set"
    SET = "set"
    TEST_ONLY = "test-only"


def edit_config(operation: etree._Element, stores: Datastores, ports: Collection[str], session_id: int) -> None:
    """Edit the candidate.  What a stop-on-error leaves half done stays, as the RFC has it.

    Raises:
        RpcFailure: with every reason.
    """
    require_known(operation, "target", "default-operation", "test-option", "error-option", "config")
    target = store_of(required(operation, "target"))
    if target is not Store.CANDIDATE:
        raise refusal("operation-not-supported", f"{target} is not writable; edit the candidate", "protocol")
    stores.require_writable(target, session_id)
    default = word_of(operation, "default-operation", DefaultOperation, DefaultOperation.MERGE)
    test = word_of(operation, "test-option", TestOption, TestOption.TEST_THEN_SET)
    on_error = word_of(operation, "error-option", OnError, OnError.STOP)
    edit = decode_config(required(operation, "config"), Operation(default), ports)
    applied = apply_edit(stores.candidate, edit, on_error)
    if test is not TestOption.SET and not applied.errors:
        require_valid(applied.tree)
    if test is not TestOption.TEST_ONLY:
        stores.candidate = applied.tree
    if applied.errors:
        raise RpcFailure(*applied.errors)


def copy_config(operation: etree._Element, stores: Datastores, ports: Collection[str], session_id: int) -> Store:
    """Copy a whole datastore, or a configuration given in full, over candidate or startup; says over which."""
    require_known(operation, "target", "source")
    target = store_of(required(operation, "target"))
    if target is Store.RUNNING:
        raise refusal("operation-not-supported", "running is not writable; commit the candidate", "protocol")
    stores.require_writable(target, session_id)
    source = required(operation, "source")
    inline = source.find(netconf("config"))
    if inline is None and store_of(source) is target:
        raise refusal("invalid-value", "source and target are the same", "protocol", bad_element="source")
    tree = _whole(inline, ports) if inline is not None else stores.read(store_of(source))
    if target is Store.CANDIDATE:
        stores.candidate = tree
    else:
        require_valid(tree)
        stores.startup = tree
    return target


def delete_config(operation: etree._Element, stores: Datastores, session_id: int) -> None:
    """Empty startup: the switch would boot with the vendor's defaults."""
    require_known(operation, "target")
    target = store_of(required(operation, "target"))
    if target is not Store.STARTUP:
        raise refusal("operation-not-supported", f"{target} cannot be deleted", "protocol")
    stores.require_writable(target, session_id)
    stores.startup = EMPTY


def validate(operation: etree._Element, stores: Datastores, ports: Collection[str]) -> None:
    """Check a datastore or a configuration given in full.  Changes nothing: a later commit is not affected."""
    require_known(operation, "source")
    source = required(operation, "source")
    inline = source.find(netconf("config"))
    require_valid(_whole(inline, ports) if inline is not None else stores.read(store_of(source)))


def _whole(config: etree._Element, ports: Collection[str]) -> Branch:
    return edited(EMPTY, decode_config(config, Operation.MERGE, ports))
