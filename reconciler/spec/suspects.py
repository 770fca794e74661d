"""Documents that could not be read: whoever names one of them has not made a mistake."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Suspects:
    """``names`` are (kind, name) of faulty documents; with ``any_name`` there may be more that we never saw."""

    names: frozenset[tuple[str, str]] = frozenset()
    any_name: bool = False

    def with_file(self, *, complete: bool) -> Suspects:
        return replace(self, any_name=self.any_name or not complete)

    def with_document(self, kind: object, name: object) -> Suspects:
        if not isinstance(kind, str) or not isinstance(name, str):
            return replace(self, any_name=True)
        return replace(self, names=self.names | {(kind, name)})

    def cover(self, kind: str, name: str) -> bool:
        """Whether ``name`` may well exist, in a document or file that failed for a reason of its own."""
        return self.any_name or (kind, name) in self.names
