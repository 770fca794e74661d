"""The quickstart, edited as a person would edit it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.e2e.testbed import QUICKSTART

Tree = dict[str, Any]


def edited(folder: Path, edit: Callable[[Tree], None], name: str = "quickstart") -> Path:
    """Write the quickstart's documents to a file of that name, with its Experiment's ``spec`` changed by ``edit``."""
    yaml = YAML(typ="safe", pure=True)  # YAML 1.2: `on` is a word
    documents = list(yaml.load_all(QUICKSTART.read_text()))
    experiment = next(document for document in documents if document["kind"] == "Experiment")
    experiment["metadata"]["name"] = name
    edit(experiment["spec"])
    file = folder / f"{name}.yaml"
    yaml.dump_all(documents, file)
    return file


def named(things: list[Tree], name: str) -> Tree:
    """The group, network or VM group of that name."""
    return next(thing for thing in things if thing["name"] == name)
