"""The lab's folder: settings, keys, what every device remembers.  Files 0600, folders 0700, replaced whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from reconciler.lab.addresses import Device
from reconciler.lab.contacts import LabContact, parse_contacts, render_contacts
from reconciler.model.errors import Refused

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a lab was started with.  ``fast``: no emulated latencies.  ``shift``: see ``addresses.Ports``."""

    digest: str
    seed: int = 0
    fast: bool = False
    shift: int = 0


def default_state_directory() -> Path:
    """``$RECONCILER_STATE_DIR``, or the user's state directory."""
    if named := os.environ.get("RECONCILER_STATE_DIR"):
        return Path(named).expanduser().absolute()
    from platformdirs import user_state_path

    return user_state_path("reconciler")


@dataclass(frozen=True, slots=True)
class Folder:
    """``<state>/lab``.  Reading what is not there gives None or nothing; reading what is broken is ``Refused``."""

    root: Path

    @classmethod
    def under(cls, state: Path | None = None) -> Folder:
        return cls((state or default_state_directory()).absolute() / "lab")

    @property
    def socket(self) -> Path:
        return self.root / "control"

    @property
    def pid(self) -> Path:
        return self.root / "pid"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def identity(self) -> Path:
        return self.root / "id_ed25519"

    @property
    def sites(self) -> Path:
        """Folder of the Site documents that have the lab's contacts in them."""
        return self.root / "sites"

    def make(self) -> None:
        for folder in (self.root.parent, self.root):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.root.stat().st_uid != os.getuid():
            raise Refused(f"{self.root} belongs to another user; use a --state-dir of your own")
        self.root.chmod(0o700)

    def open_private(self, path: Path) -> BinaryIO:
        """Open for appending a file that only its owner may read."""
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab")

    def read_settings(self) -> Settings | None:
        text = self._read("settings.json")
        return None if text is None else _parse(self.root / "settings.json", lambda: Settings(**json.loads(text)))

    def write_settings(self, settings: Settings) -> None:
        self._write("settings.json", json.dumps(asdict(settings)))

    def read_documents(self) -> Mapping[str, str]:
        return self._read_table("documents.json")

    def write_documents(self, texts: Mapping[str, str]) -> None:
        self._write("documents.json", json.dumps(dict(texts)))

    def read_keys(self) -> Mapping[str, str]:
        """Private keys by name: one for each device, and ``client``."""
        return self._read_table("keys.json")

    def write_keys(self, keys: Mapping[str, str]) -> None:
        self._write("keys.json", json.dumps(dict(keys)))
        self._write(self.identity.name, keys["client"])

    def read_contacts(self) -> tuple[LabContact, ...]:
        text = self._read("contacts.json")
        return () if text is None else _parse(self.root / "contacts.json", lambda: parse_contacts(text))

    def write_contacts(self, contacts: tuple[LabContact, ...], sites: Mapping[str, str]) -> None:
        """Write the contacts, and the Site documents (by name) that hold them; other sites' documents go away."""
        self._write("contacts.json", render_contacts(contacts))
        shutil.rmtree(self.sites, ignore_errors=True)
        for name, text in sites.items():
            self._write(f"sites/{name}.yaml", text)

    def read_device(self, device: Device) -> str | None:
        """What the device's ``dump`` said last."""
        return self._read(_device_file(device))

    def write_device(self, device: Device, dump: str) -> None:
        self._write(_device_file(device), dump)

    def forget_devices(self) -> None:
        shutil.rmtree(self.root / "devices", ignore_errors=True)

    def _read(self, name: str) -> str | None:
        try:
            return (self.root / name).read_text()
        except FileNotFoundError:
            return None

    def _read_table(self, name: str) -> Mapping[str, str]:
        text = self._read(name)
        return (
            {}
            if text is None
            else _parse(self.root / name, lambda: {str(k): str(v) for k, v in json.loads(text).items()})
        )

    def _write(self, name: str, text: str) -> None:
        """Replace the file in one step; a crash leaves the old one or the new one."""
        path = self.root / name
        for folder in reversed(path.relative_to(self.root).parents):
            (self.root / folder).mkdir(mode=0o700, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mkstemp makes it 0600
        try:
            with os.fdopen(number, "w") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _device_file(device: Device) -> str:
    return f"devices/{device.site}/{device.kind}-{device.name}.json"


def _parse(path: Path, read: Callable[[], T]) -> T:
    try:
        return read()
    except (ValueError, TypeError, AttributeError) as error:
        raise Refused(f"{path}: unreadable ({error}); run `reconciler lab reset`") from None
