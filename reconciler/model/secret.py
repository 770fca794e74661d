"""Text that is for one device only, and shows nowhere else."""

from __future__ import annotations

from typing import Final

MASK: Final = "***"


class Secret:
    """``reveal`` gives the text to whoever sends it; printed, formatted, compared, pickled or copied it is ``***``.

    It is no dataclass: their ``repr``, ``asdict`` and ``==`` would tell.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return Secret, (MASK,)
