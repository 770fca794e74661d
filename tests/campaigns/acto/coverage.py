"""Which fields of the schemas were changed, in a valid way and in an invalid one, and which are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tests.campaigns.acto.fields import fields_of

CHANGED_KINDS = ("Experiment", "Environment", "DiskImage", "Site")


@dataclass(frozen=True, slots=True)
class Coverage:
    """``fixed`` fields have one value only, and can be changed in no valid way."""

    fields: int
    fixed: int
    missing_valid: tuple[str, ...]
    missing_invalid: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not (self.missing_valid or self.missing_invalid)

    def __str__(self) -> str:
        valid = self.fields - self.fixed - len(self.missing_valid)
        invalid = self.fields - len(self.missing_invalid)
        text = (
            f"fields: {valid} of {self.fields - self.fixed} changed in a valid way, {invalid} of {self.fields} misused"
        )
        missing = [f"never validly: {', '.join(self.missing_valid)}"] if self.missing_valid else []
        missing += [f"never invalidly: {', '.join(self.missing_invalid)}"] if self.missing_invalid else []
        return "; ".join((text, *missing))


def coverage(
    valid: Iterable[Collection[str]], invalid: Iterable[Collection[str]], kinds: Collection[str] = CHANGED_KINDS
) -> Coverage:
    """Of what the cases changed."""
    known = {path: field for kind in kinds for path, field in fields_of(kind).items()}
    validly = {path for paths in valid for path in paths}
    invalidly = {path for paths in invalid for path in paths}
    fixed = [path for path, field in known.items() if field.is_fixed]
    return Coverage(
        len(known),
        len(fixed),
        tuple(path for path in known if path not in validly and path not in fixed),
        tuple(path for path in known if path not in invalidly),
    )
