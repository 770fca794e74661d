"""The operations of the switch, by name: an ``<rpc>``'s content in, the reply's content out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from reconciler.lab.switch import config_operations
from reconciler.lab.switch.confirmed import Commits, Committed, Confirm
from reconciler.lab.switch.effective import PortState
from reconciler.lab.switch.names import NETCONF, NOTIFICATION, local, netconf, split_tag
from reconciler.lab.switch.parameters import require_known, required, seconds_of, store_of, text_of
from reconciler.lab.switch.reading import READ_PARAMETERS, read_config, read_state
from reconciler.lab.switch.render import Order
from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.stores import Datastores, Store

_NOTIFICATION_PARAMETERS = ("stream", "filter", "startTime", "stopTime")


@dataclass(frozen=True, slots=True)
class Reply:
    """``data`` goes into the reply; the rest says what happened, for those who count and notify."""

    data: etree._Element | None = None
    committed: Committed | None = None
    confirm: Confirm | None = None
    saved: bool = False
    kills: int | None = None
    subscribes: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """What an operation may look at and change."""

    stores: Datastores
    commits: Commits
    order: Order
    port_states: Callable[[], Mapping[str, PortState]]
    sessions: Callable[[], frozenset[int]]
    """The ids of the sessions that live now."""


def perform(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    """Do one operation, whole or not at all (but see ``edit_config``).

    Raises:
        RpcFailure: with every reason.
    """
    namespace, name = split_tag(str(operation.tag))
    known = _OPERATIONS.get(name)
    expected = NOTIFICATION if name == "create-subscription" else NETCONF
    if known is None or namespace != expected:
        raise refusal("operation-not-supported", f"no operation {name!r} in {namespace!r}", "protocol")
    return known(panel, session_id, operation)


def _get_config(panel: Panel, _: int, operation: etree._Element) -> Reply:
    require_known(operation, "source", *READ_PARAMETERS)
    tree = panel.stores.read(store_of(required(operation, "source")))
    return Reply(read_config(operation, tree, panel.order))


def _get(panel: Panel, _: int, operation: etree._Element) -> Reply:
    require_known(operation, *READ_PARAMETERS)
    return Reply(read_state(operation, panel.stores.running, panel.order, panel.port_states()))


def _edit_config(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    config_operations.edit_config(operation, panel.stores, panel.order.ports, session_id)
    return Reply()


def _copy_config(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    target = config_operations.copy_config(operation, panel.stores, panel.order.ports, session_id)
    return Reply(saved=target is Store.STARTUP)


def _delete_config(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    config_operations.delete_config(operation, panel.stores, session_id)
    return Reply(saved=True)


def _validate(panel: Panel, _: int, operation: etree._Element) -> Reply:
    config_operations.validate(operation, panel.stores, panel.order.ports)
    return Reply()


def _lock(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation, "target")
    target = store_of(required(operation, "target"))
    if target is Store.RUNNING:
        panel.commits.require_none_from_others(session_id)
    panel.stores.lock(target, session_id)
    return Reply()


def _unlock(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation, "target")
    panel.stores.unlock(store_of(required(operation, "target")), session_id)
    return Reply()


def _commit(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation, "confirmed", "confirm-timeout", "persist", "persist-id")
    confirm = None
    if operation.find(netconf("confirmed")) is not None:
        confirm = Confirm(seconds_of(operation, "confirm-timeout", 600), text_of(operation, "persist"))
    elif operation.find(netconf("confirm-timeout")) is not None or operation.find(netconf("persist")) is not None:
        message = "confirm-timeout and persist go with confirmed"
        raise refusal("missing-element", message, "protocol", bad_element="confirmed")
    committed = panel.commits.commit(session_id, confirm, text_of(operation, "persist-id"))
    return Reply(committed=committed, confirm=confirm)


def _cancel_commit(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation, "persist-id")
    return Reply(committed=panel.commits.cancel(session_id, text_of(operation, "persist-id")))


def _discard_changes(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation)
    panel.stores.require_writable(Store.CANDIDATE, session_id)
    panel.stores.discard_candidate()
    return Reply()


def _kill_session(panel: Panel, session_id: int, operation: etree._Element) -> Reply:
    require_known(operation, "session-id")
    required(operation, "session-id")
    text = text_of(operation, "session-id") or ""
    victim = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    if victim == session_id or victim not in panel.sessions():
        why = "a session does not kill itself" if victim == session_id else f"there is no session {text[:20]!r}"
        raise refusal("invalid-value", why, "protocol", bad_element="session-id")
    return Reply(kills=victim)


def _close_session(_: Panel, __: int, operation: etree._Element) -> Reply:
    require_known(operation)
    return Reply(closes=True)


def _create_subscription(_: Panel, __: int, operation: etree._Element) -> Reply:
    require_known(operation, *(f"{{{NOTIFICATION}}}{name}" for name in _NOTIFICATION_PARAMETERS))
    given = {local(str(child.tag)): (child.text or "").strip() for child in operation}
    if given.get("stream", "NETCONF") != "NETCONF":
        raise refusal("invalid-value", "there is one stream, NETCONF", "protocol", bad_element="stream")
    for name in ("startTime", "stopTime", "filter"):
        if name in given:
            raise refusal("operation-not-supported", f"{name}: this switch keeps no events", "protocol")
    return Reply(subscribes=True)


_OPERATIONS: Mapping[str, Callable[[Panel, int, etree._Element], Reply]] = {
    "get": _get,
    "get-config": _get_config,
    "edit-config": _edit_config,
    "copy-config": _copy_config,
    "delete-config": _delete_config,
    "validate": _validate,
    "lock": _lock,
    "unlock": _unlock,
    "commit": _commit,
    "cancel-commit": _cancel_commit,
    "discard-changes": _discard_changes,
    "kill-session": _kill_session,
    "close-session": _close_session,
    "create-subscription": _create_subscription,
}
