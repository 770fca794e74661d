"""A question before something that cannot be taken back."""

from __future__ import annotations

import os
import signal
import sys
from types import SimpleNamespace

import pytest

from reconciler.cli.confirm import is_confirmed


def test_an_interrupt_ends_the_question_although_a_run_would_take_it_for_a_wish_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        asked = SimpleNamespace(isatty=lambda: True, readline=lambda: os.kill(os.getpid(), signal.SIGINT) or "")
        monkeypatch.setattr(sys, "stdin", asked)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        with pytest.raises(KeyboardInterrupt):
            is_confirmed("Destroy it?")
        os.kill(os.getpid(), signal.SIGINT)
        assert heard == [signal.SIGINT], "afterwards it is the run's again"
    finally:
        signal.signal(signal.SIGINT, before)
