"""Settings files: defaults for flags, of the user and of the project; a flag or the environment wins over both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

SETTABLE = frozenset(
    {
        "sites",
        "parallelism",
        "max-file-size",
        "timeout",
        "lock-timeout",
        "events",
        "interval",
        "view",
        "format",
        "store",
    }
)
"""What may stand in a file.  Not ``yes``: nobody should agree to a plan by a forgotten file."""

PROJECT_FILE = "reconciler.toml"


def read_settings() -> Mapping[str, object]:
    """The values by flag: the user's file, then the project's in the working directory, which wins.

    Raises:
        UsageError: a file is not TOML, or sets something that is no setting.
    """
    from platformdirs import user_config_path

    settings: dict[str, object] = {}
    for file in (user_config_path("reconciler") / "config.toml", Path(PROJECT_FILE)):
        if file.is_file():
            settings |= _read(file)
    return settings


def _read(file: Path) -> Mapping[str, object]:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise click.UsageError(f"{file}: not a settings file: {error}") from None
    unknown = sorted(values.keys() - SETTABLE)
    if unknown:
        raise click.UsageError(f"{file}: no setting {unknown[0]!r}; there are {', '.join(sorted(SETTABLE))}")
    return values
