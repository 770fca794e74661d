"""What a live test needs of its machine, asked for before anything is started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

import pytest


def require(programs: Mapping[str, str]) -> None:
    """Go on only as root and with these programs (name → Debian package).

    Elsewhere the test is skipped, saying what to install; with CI set it fails, so that no part is left out unseen.
    """
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = sorted({package for program, package in programs.items() if shutil.which(program, path=path) is None})
    if os.geteuid() != 0:
        lacking("live tests need root: network namespaces, tap devices and package trees")
    if missing:
        lacking(f"apt-get install --no-install-recommends {' '.join(missing)}")


def lacking(reason: str) -> None:
    """Skip for this reason; fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
