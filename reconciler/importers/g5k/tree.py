"""The files of a Grid'5000 reference repository: where they are, and reading them without trusting them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from reconciler.importers.findings import Findings
from reconciler.importers.record import Record, Source
from reconciler.model.diagnostic import Span
from reconciler.model.errors import ReconcilerError

_PLACES = (".", "data/grid5000", "grid5000", "data", "input/grid5000")
_MAX_FILE_BYTES = 4 * 1024 * 1024
_DIGITS = re.compile(r"([0-9]+)")


class NotATree(ReconcilerError):
    """The directory holds no reference repository."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """``root`` is the folder that holds ``sites/``."""

    root: Path
    findings: Findings

    def site_names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in (self.root / "sites").iterdir() if path.is_dir()))

    def site(self, name: str) -> Record:
        """The site's own file; an empty record when it cannot be read."""
        path = self.root / "sites" / name / f"{name}.json"
        return self._read(path) or Record(Source(str(path), "", self.findings), {})

    def nodes(self, site: str) -> Iterator[tuple[str, Record]]:
        """The site's nodes with their cluster; clusters by name, nodes by number."""
        for cluster in _sorted_folder(self.root / "sites" / site / "clusters"):
            for node in self._records(cluster / "nodes"):
                yield cluster.name, node

    def equipment(self, site: str) -> Iterator[Record]:
        return self._records(self.root / "sites" / site / "network_equipments")

    def latest_change(self, site: str) -> date | None:
        """When the newest file of the site was changed; the state of the inventory, as far as the tree tells."""
        times = [path.stat().st_mtime for path in (self.root / "sites" / site).rglob("*.json")]
        return datetime.fromtimestamp(max(times), UTC).date() if times else None

    def _records(self, folder: Path) -> Iterator[Record]:
        for path in _sorted_folder(folder):
            if path.suffix == ".json" and (record := self._read(path)) is not None:
                yield record

    def _read(self, path: Path) -> Record | None:
        try:
            if not path.resolve().is_relative_to(self.root.resolve()):
                raise ValueError("is a link out of the tree")
            if path.stat().st_size > _MAX_FILE_BYTES:
                raise ValueError(f"is larger than {_MAX_FILE_BYTES} bytes")
            text = path.read_text(encoding="utf-8")
            values = json.loads(text)
            if not isinstance(values, dict):
                raise ValueError("holds no JSON object")
        except (OSError, ValueError, RecursionError) as error:
            self._unreadable(path, error)
            return None
        return Record(Source(str(path), text, self.findings), values)

    def _unreadable(self, path: Path, error: Exception) -> None:
        line, column = (error.lineno, error.colno) if isinstance(error, json.JSONDecodeError) else (1, 1)
        reason = error.strerror if isinstance(error, OSError) else error
        self.findings.add("I101", f"not read: {reason}", Span(str(path), line, column), "all it describes is left out")


def open_tree(directory: Path, findings: Findings) -> Tree:
    """Find the tree in ``directory``: the repository itself, its ``data/grid5000``, or what holds ``sites/``.

    Raises:
        NotATree: there is none.
    """
    for place in _PLACES:
        if (directory / place / "sites").is_dir():
            return Tree(directory / place, findings)
    raise NotATree(
        f"{directory}: no reference repository here; name the folder that holds data/grid5000/sites or sites"
    )


def _sorted_folder(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: natural_key(path.name)) if folder.is_dir() else []


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort ``node-2`` before ``node-10``."""
    parts = _DIGITS.split(name)
    return tuple((1, int(part), "") if part.isdigit() and part.isascii() else (0, 0, part) for part in parts)
