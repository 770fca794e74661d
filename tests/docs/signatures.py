"""What a page states of the code, held against it: functions and classes in blocks of Python, and names of files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MODULE = re.compile(r"# (\S+\.py)\n")
_FILE = re.compile(r"`((?:reconciler|tests)/[\w/]+\.py)`")


def blocks(page: str) -> list[str]:
    return _BLOCK.findall(page)


def files_named(page: str) -> set[str]:
    """The Python files that a page names in full."""
    return set(_FILE.findall(page)) | {found[1] for block in blocks(page) if (found := _MODULE.match(block))}


def wrong_files(page: str, examples: list[Path], root: Path) -> list[str]:
    """Files of the examples that a page does not name, and files that it names and that are nowhere."""
    named = files_named(page)
    there = {str(file.relative_to(folder)) for folder in examples for file in folder.rglob("*.py")}
    missing = [f"not named: {name}" for name in sorted(there - named)]
    return missing + [f"not there: {name}" for name in sorted(named - there) if not (root / name).is_file()]


def wrong_signatures(page: str, roots: list[Path]) -> list[str]:
    """A block that states a function or class begins with its module, which is looked for in ``roots``, in order."""
    return [fault for block in blocks(page) for fault in _wrong_in(block, roots)]


def _wrong_in(block: str, roots: list[Path]) -> Iterator[str]:
    stated = [node for node in ast.parse(block).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    module = _MODULE.match(block)
    if not stated:
        return
    if module is None:
        yield f"{stated[0].name}: its block does not begin with the name of its module"
        return
    file = next((root / module[1] for root in roots if (root / module[1]).is_file()), None)
    if file is None:
        yield f"{module[1]}: no such module"
        return
    code = {n.name: n for n in ast.parse(file.read_text()).body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in stated:
        if node.name not in code:
            yield f"{module[1]} has no {node.name}"
        elif (said := _shape(node, node)) != (real := _shape(code[node.name], node)):
            yield f"{module[1]}: {node.name}: the page says\n{said}\nand the code\n{real}"


def _shape(node: ast.stmt, stated: ast.stmt) -> str:
    """Decorators, names, parameters, annotations, fields; of a function whose page has a body also that."""
    match node:
        case ast.FunctionDef():
            body = _body(node) if isinstance(stated, ast.FunctionDef) and not _is_stub(stated) else [ast.Pass()]
            bare = ast.FunctionDef(node.name, node.args, body, node.decorator_list, node.returns)
            return ast.unparse(ast.fix_missing_locations(ast.copy_location(bare, node)))
        case ast.ClassDef():
            by_name = {_name(member): member for member in getattr(stated, "body", [])}
            members = [each for each in _body(node) if isinstance(each, (ast.FunctionDef, ast.AnnAssign))]
            heads = [*map(ast.unparse, node.decorator_list), node.name, *map(ast.unparse, node.bases)]
            return "\n  ".join([" ".join(heads), *(_shape(each, by_name.get(_name(each), each)) for each in members)])
    return ast.unparse(node)


def _name(member: ast.stmt) -> str:
    return member.name if isinstance(member, ast.FunctionDef) else ast.unparse(getattr(member, "target", member))


def _body(node: ast.FunctionDef | ast.ClassDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node) is not None else node.body


def _is_stub(node: ast.FunctionDef) -> bool:
    return [ast.unparse(each) for each in node.body] == ["..."]
