"""A question to the person at the terminal, before something that cannot be taken back."""

from __future__ import annotations

import sys

import click

from reconciler.cli.output import say
from reconciler.model.errors import Refused


def is_confirmed(question: str) -> bool:
    """Whether `yes` was answered, and nothing else.  Raises UsageError: nobody is there to be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("not a terminal, so nobody can be asked; give --yes")
    say(f"{question} Only `yes` is taken for yes: ")
    return sys.stdin.readline().strip() == "yes"


def confirm(question: str, what: str) -> None:
    """Return only after a `yes`.  ``what`` is that which otherwise nothing is done to.

    Raises:
        click.UsageError: nobody is there to be asked.
        Refused: something else was answered.
    """
    if not is_confirmed(question):
        raise Refused(f"{what}: not confirmed; nothing was done")
