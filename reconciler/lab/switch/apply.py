"""Edits applied to a tree: merge, replace, create, delete, remove, and the ``when`` conditions.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reconciler.lab.switch.edit import Edit, Operation
from reconciler.lab.switch.names import local
from reconciler.lab.switch.rpc_error import RpcError, RpcFailure
from reconciler.lab.switch.schema import Container, Keyed, Leaf, When
from reconciler.lab.switch.tree import EMPTY, Branch, Entries, Value, leaf_at


class OnError(StrEnum):
    """RFC 6241's error-option."""

    STOP = "stop-on-error"
    CONTINUE = "continue-on-error"
    ROLLBACK = "rollback-on-error"


@dataclass(frozen=True, slots=True)
class Applied:
    """The tree afterwards, which is part of the edit if there were errors and the option lets it stand."""

    tree: Branch
    errors: tuple[RpcError, ...]


def apply_edit(before: Branch, edit: Edit, on_error: OnError = OnError.ROLLBACK) -> Applied:
    report = _Report(on_error)
    base = EMPTY if edit.operation is Operation.REPLACE else before
    after = _apply_children(base, edit, report)
    if report.errors and on_error is OnError.ROLLBACK:
        after = before
    return Applied(after, tuple(report.errors))


def edited(before: Branch, edit: Edit) -> Branch:
    """The tree after the whole edit.

    Raises:
        RpcFailure: with every reason.
    """
    applied = apply_edit(before, edit)
    if applied.errors:
        raise RpcFailure(*applied.errors)
    return applied.tree


@dataclass(slots=True)
class _Report:
    on_error: OnError
    errors: list[RpcError] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        return bool(self.errors) and self.on_error is OnError.STOP

    def add(self, tag: str, message: str, edit: Edit) -> None:
        self.errors.append(RpcError(tag, message, path=edit.path, info=(("bad-element", local(edit.node.tag)),)))


def _apply_children(before: Branch, edit: Edit, report: _Report) -> Branch:
    children = dict(before.children)
    for child in edit.children:
        if report.stopped:
            break
        value = _apply(children.get(child.node.tag), child, report)
        if value is None:
            children.pop(child.node.tag, None)
        else:
            children[child.node.tag] = value
    return _drop_untrue(Branch(children), edit, report)


def _apply(before: Value | None, edit: Edit, report: _Report) -> Value | None:
    """The node's value afterwards; None when it is gone."""
    if isinstance(edit.node, Leaf):
        return _apply_many(before, edit, report) if edit.node.many else _apply_leaf(before, edit, report)
    if isinstance(edit.node, Keyed):
        return _apply_entry(before, edit, report)
    after = _apply_branch(before if isinstance(before, Branch) else None, edit, report)
    return after if after is not None and after.children else None


def _apply_leaf(before: Value | None, edit: Edit, report: _Report) -> Value | None:
    if _refused(before is not None, edit, report) or edit.operation is Operation.NONE:
        return before
    return None if edit.operation.removes else edit.text


def _apply_many(before: Value | None, edit: Edit, report: _Report) -> Value | None:
    values = before if isinstance(before, frozenset) else frozenset()
    if _refused(edit.text in values, edit, report) or edit.operation is Operation.NONE:
        return before
    after = values - {edit.text} if edit.operation.removes else values | {edit.text}
    return after or None


def _apply_entry(before: Value | None, edit: Edit, report: _Report) -> Value | None:
    entries = dict(before.by_key) if isinstance(before, Entries) else {}
    after = _apply_branch(entries.get(edit.text), edit, report)
    if after is None:
        entries.pop(edit.text, None)
    else:
        entries[edit.text] = after
    return Entries(entries) if entries else None


def _apply_branch(before: Branch | None, edit: Edit, report: _Report) -> Branch | None:
    there = before is not None
    if isinstance(edit.node, Container) and edit.operation is Operation.NONE:
        there = True  # a container without presence is always there to pass through
    if _refused(there, edit, report):
        return before
    if edit.operation.removes:
        return None
    fresh = edit.operation in (Operation.CREATE, Operation.REPLACE)
    return _apply_children(EMPTY if fresh or before is None else before, edit, report)


def _refused(there: bool, edit: Edit, report: _Report) -> bool:
    name = local(edit.node.tag)
    if there and edit.operation is Operation.CREATE:
        report.add("data-exists", f"{name} exists already", edit)
        return True
    if not there and edit.operation in (Operation.DELETE, Operation.NONE):
        report.add("data-missing", f"there is no {name} here", edit)
        return True
    return False


def _drop_untrue(branch: Branch, edit: Edit, report: _Report) -> Branch:
    """Delete what a false ``when`` forbids (RFC 7950 8.2); it is an error if this very edit asked for it (8.3.2)."""
    untrue = [tag for tag in branch.children if not _holds(edit.node.children[tag].when, branch)]
    if not untrue:
        return branch
    for child in edit.children:
        when = child.node.when
        if when and child.node.tag in untrue and not child.operation.removes:
            needs = f"{'/'.join(map(local, when.path))} is {local(when.value)}"
            report.add("unknown-element", f"{local(child.node.tag)} exists only while {needs}", child)
    return Branch({tag: value for tag, value in branch.children.items() if tag not in untrue})


def _holds(when: When | None, parent: Branch) -> bool:
    return when is None or leaf_at(parent, *when.path) == when.value
