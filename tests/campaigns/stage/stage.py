"""One lab and one store, put into a known state again and again, and the command line run on them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reconciler.lab import control
from reconciler.lab.documents import read_inventory
from reconciler.lab.persistence import Folder, Settings
from tests.campaigns.stage.watching import Perturbation

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Ended:
    """``code`` is negative when a signal ended the process; ``events`` are those that it came to."""

    code: int
    out: str
    err: str
    events: tuple[str, ...]

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """A state of the whole stage: devices, and the files of the store."""

    devices: Mapping[str, str]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Stage:
    folder: Path
    forks: subprocess.Popen[str]

    def run(self, *words: str, perturbation: Perturbation | None = None, watched: bool = True) -> Ended:
        """A command line of the product, in a process of its own."""
        given = perturbation and {"event": perturbation.event, "sort": perturbation.sort}
        return self._ask({"words": words, "perturbation": given, "watched": watched})

    def write(self, name: str, text: str) -> str:
        """A document's file; its path."""
        file = self.folder / f"{name}.yaml"
        file.write_text(text)
        return str(file)

    def ask_lab(self, command: str, **arguments: object) -> Any:
        return control.ask(Folder.under(self.folder).socket, command, **arguments)

    def picture(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask_lab("picture")
        return found

    def books(self, experiment: str) -> dict[str, Any]:
        ended = self._ask({"books": experiment})
        assert ended.code == 0, ended
        found: dict[str, Any] = ended.data
        return found

    def changing(self) -> int:
        """How many changing calls the devices have had."""
        return int(self.ask_lab("status")["totals"]["changing"])

    def keep(self) -> KeptGeneration:
        return KeptGeneration(self.ask_lab("snapshot"), {file.name: file.read_bytes() for file in self._files()})

    def put_back(self, kept: KeptGeneration) -> None:
        for file in self._files():
            file.unlink()
        for name, data in kept.files.items():
            (self.folder / name).write_bytes(data)
        self.ask_lab("restore", snapshot=kept.devices)

    def _files(self) -> Sequence[Path]:
        return [file for pattern in ("state.db*", "answers") for file in self.folder.glob(pattern)]

    def _ask(self, request: Mapping[str, object]) -> Ended:
        _stream(self.forks.stdin).write(json.dumps({**request, "folder": str(self.folder)}) + "\n")
        _stream(self.forks.stdin).flush()
        answer = json.loads(_stream(self.forks.stdout).readline())
        return Ended(answer["code"], answer["out"], answer["err"], tuple(answer["events"]))


@contextmanager
def open_stage(site_texts: Mapping[str, str]) -> Iterator[Stage]:
    """A fast lab of these sites in a new folder, in memory where there is such a place; nothing is left at the end."""
    shared = Path("/dev/shm")
    root = Path(tempfile.mkdtemp(prefix="reconciler-stage-", dir=shared if shared.is_dir() else None))
    try:
        folder = Folder.under(root)
        folder.make()
        folder.write_documents(site_texts)
        folder.write_settings(Settings(read_inventory(site_texts).digest, 0, fast=True))
        with _process("lab", str(folder.root)) as lab, _process("forks") as forks:
            said = _stream(lab.stdout).readline()
            assert said == "ready\n", f"the lab did not come up: {said!r}"
            yield Stage(root, forks)
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _process(module: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """One of this package's programs: it ends when its input does."""
    command = [sys.executable, "-m", f"tests.campaigns.stage.{module}", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        _stream(process.stdin).close()
        process.wait(timeout=30)
        _stream(process.stdout).close()


def _stream(found: IO[str] | None) -> IO[str]:
    assert found is not None, "opened as a pipe"
    return found


def texts_under(*folders: str) -> dict[str, str]:
    return {str(file): file.read_text() for folder in folders for file in sorted((ROOT / folder).glob("*.yaml"))}
