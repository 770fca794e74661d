"""A question to the person at the terminal, before something that cannot be taken back."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from reconciler.cli.output import say
from reconciler.model.errors import Refused


def is_confirmed(question: str) -> bool:
    """Whether `yes` was answered, and nothing else.  Raises UsageError: nobody is there to be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("not a terminal, so nobody can be asked; give --yes")
    say(f"{question} Only `yes` is taken for yes: ")
    with _interruptible():
        return sys.stdin.readline().strip() == "yes"


@contextmanager
def _interruptible() -> Iterator[None]:
    """While a question waits, nothing is under way that would have to be finished: Ctrl-C ends the program."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def confirm(question: str, what: str) -> None:
    """Return only after a `yes`.  ``what`` is that which otherwise nothing is done to.

    Raises:
        click.UsageError: nobody is there to be asked.
        Refused: something else was answered.
    """
    if not is_confirmed(question):
        raise Refused(f"{what}: not confirmed; nothing was done")
