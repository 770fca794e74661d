"""Shows what is wrong with documents: position, excerpt, code, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler.cli.files import examine_all
from reconciler.cli.output import say
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.errors import SpecError

if TYPE_CHECKING:
    from reconciler.spec.catalogue import Catalogue


class ShownSpecError(SpecError):
    """Its diagnostics were shown with their excerpts; they are not shown again."""


def checked(texts: Mapping[str, str], limit: int) -> Catalogue:
    """The catalogue of ``texts``; warnings are shown.

    Raises:
        ShownSpecError: with everything that is wrong.
    """
    examination = examine_all(texts, limit)
    if examination.diagnostics:
        show_diagnostics(examination.diagnostics, texts)
    if examination.catalogue is None:
        raise ShownSpecError(examination.diagnostics)
    return examination.catalogue


def show_diagnostics(diagnostics: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
    from reconciler.spec.excerpt import render_text

    if diagnostics:
        say(render_text(diagnostics, texts))
