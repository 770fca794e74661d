"""Notifications (RFC 5277, RFC 6470): running or startup changed, and what became of a confirmed commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from reconciler.lab.switch.confirmed import ConfirmEvent
from reconciler.lab.switch.names import EVENTS, NOTIFICATION
from reconciler.lab.switch.stores import Store
from reconciler.lab.switch.wire import make_element


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it; session 0 is a person at the console."""

    user: str
    session_id: int


def render_config_change(at: datetime, store: Store, actor: Actor) -> etree._Element:
    """``at`` is in UTC."""
    event = _event("netconf-config-change")
    _render_actor(_add(event, "changed-by"), actor)
    _add(event, "datastore", store)
    return _notification(at, event)


def render_confirm(at: datetime, what: ConfirmEvent, actor: Actor | None, timeout_s: int | None) -> etree._Element:
    """``timeout_s`` is told when a confirmed commit starts or is extended; nobody is the actor of a time-out."""
    event = _event("netconf-confirmed-commit")
    if actor is not None and what is not ConfirmEvent.TIMEOUT:
        _render_actor(event, actor)
    _add(event, "confirm-event", what)
    if timeout_s is not None and what in (ConfirmEvent.START, ConfirmEvent.EXTEND):
        _add(event, "timeout", str(timeout_s))
    return _notification(at, event)


def _render_actor(parent: etree._Element, actor: Actor) -> None:
    _add(parent, "username", actor.user)
    _add(parent, "session-id", str(actor.session_id))


def _notification(at: datetime, event: etree._Element) -> etree._Element:
    root = make_element(f"{{{NOTIFICATION}}}notification", {None: NOTIFICATION})
    etree.SubElement(root, f"{{{NOTIFICATION}}}eventTime").text = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    root.append(event)
    return root


def _event(name: str) -> etree._Element:
    return make_element(f"{{{EVENTS}}}{name}", {None: EVENTS})


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{EVENTS}}}{name}")
    element.text = text
    return element
