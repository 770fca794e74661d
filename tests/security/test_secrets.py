"""S16: a secret reaches the device it is for, and no plan, state, log, message or command line."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reconciler.model.errors import Refused
from reconciler.store.postgres_address import Server
from tests.cli.shell import ROOT, Shell
from tests.security.conftest import DOCUMENT, IMAGES

CANARY = "canary-7c1e5d0b93"
_LOUD = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, filename=sys.argv.pop(1))
from reconciler.cli.main import main
main()
"""
KEYS = {"id_ed25519", "keys.json"}
"""Where the lab keeps its own; all else in the state directory is searched, what the lab wrote down included."""
FORBIDDEN = {CANARY, base64.b64encode(f"root:{CANARY}".encode()).decode(), base64.b64encode(CANARY.encode()).decode()}


class Deployer(ThreadingHTTPServer):
    """Says of every node what a site's server says of one it has deployed, to who knows the password."""

    heard: list[str]


class Asked(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Deployer)
        self.server.heard.append(self.headers.get("Authorization", ""))
        body = json.dumps(dict.fromkeys(nodes())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403)
        body = f"no: {self.headers.get('Authorization', '')}".encode()  # a server that tells what it was told
        self.send_header("Content-Length", "0")
        self.end_headers()
        assert body

    def log_message(self, *arguments: object) -> None:
        pass


def nodes() -> list[str]:
    return [f"chinqchint-{number}.lille.grid5000.fr" for number in range(1, 6)]


@pytest.fixture(scope="module")
def deployer() -> Iterator[Deployer]:
    server = Deployer(("127.0.0.1", 0), Asked)
    server.heard = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def place(lab: Shell, deployer: Deployer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents, Site documents with a password, and the folder of secrets."""
    folder = tmp_path_factory.mktemp("canary")
    (folder / "exp.yaml").write_text(DOCUMENT)
    (folder / "secrets").mkdir(mode=0o700)
    secret = folder / "secrets" / "lille"
    secret.write_text(CANARY + "\n")
    secret.chmod(0o600)
    (folder / "sites").mkdir()
    for file in (lab.state / "lab" / "sites").glob("*.yaml"):
        (folder / "sites" / file.name).write_text(_with_password(file.read_text(), deployer.server_port))
    return folder


def _with_password(site: str, port: int) -> str:
    import yaml

    document = yaml.safe_load(site)
    document["spec"]["deployer"] = {"url": f"http://127.0.0.1:{port}", "password": "secret://lille"}
    return yaml.safe_dump(document)


def loud(lab: Shell, place: Path, *words: str | Path, log: Path) -> tuple[str, set[str]]:
    """Everything a command says with all logs on, and the command lines that were to be seen meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-c", _LOUD, str(log), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=lab.environment({"RECONCILER_SECRETS_DIR": str(place / "secrets")}),
    )
    lines: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            lines.update(_command_lines())

    watching = threading.Thread(target=watch)
    watching.start()
    said, _ = process.communicate(timeout=120)
    over.set()
    watching.join()
    return said, lines


def _command_lines() -> Iterator[str]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield (folder / "cmdline").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue


def found_in(text: str) -> set[str]:
    return {word for word in FORBIDDEN if word in text}


def test_s16_a_canary_is_sent_to_the_deployer_and_found_nowhere_else(
    lab: Shell, deployer: Deployer, place: Path, tmp_path: Path
) -> None:
    sources: list[str | Path] = ["-f", place / "exp.yaml", "-f", IMAGES, "--sites", place / "sites"]
    log, saved, events = tmp_path / "log", tmp_path / "plan.json", tmp_path / "events"
    runs: list[list[str | Path]] = [
        ["validate", *sources, "-o", "json"],
        ["plan", *sources, "--view", "full"],
        ["plan", *sources, "-o", "json"],
        ["plan", *sources, "--out", saved],
        ["show", saved],
        ["graph", *sources],
        ["apply", *sources, "--yes", "--events", events, "--timeout", "8s"],
        ["status", "-f", place / "sites", "-o", "json"],
        ["drift", "-f", place / "sites", "-o", "json"],
        ["destroy", "exp", "-f", place / "sites", "--yes", "--timeout", "8s"],
    ]
    private = [line for line in (lab.state / "lab" / "id_ed25519").read_text().splitlines() if "KEY" not in line]
    for words in runs:
        said, lines = loud(lab, place, *words, log=log)
        assert found_in(said) == set(), words
        assert found_in("\n".join(lines)) == set(), words
        assert not any(line in said for line in private), words
    assert any(found_in(heard) for heard in deployer.heard), "the canary was never sent"
    kept = [log, saved, events, *(p for p in lab.state.rglob("*") if p.is_file() and p.name not in KEYS)]
    assert any(path.name.startswith("state.db") for path in kept) and log.stat().st_size > 0
    for path in kept:
        data = path.read_bytes().decode("latin-1")
        assert found_in(data) == set(), path
        assert not any(line in data for line in private), path


def test_s16_a_password_in_a_document_is_refused_and_not_repeated(lab: Shell, place: Path, tmp_path: Path) -> None:
    site = next((place / "sites").glob("lille.yaml")).read_text().replace("secret://lille", CANARY)
    (tmp_path / "site.yaml").write_text(site)
    for form in ("text", "json", "sarif", "github", "junit"):
        done = lab("validate", "-f", tmp_path / "site.yaml", "--format", form)
        assert done.returncode == 4, done.stdout + done.stderr
        assert found_in(done.stdout + done.stderr) == set(), form


@pytest.mark.parametrize("line", ["password: {}", "rootPassword: {}", 'token: "{}"', "  api_secret: {}"])
def test_s16_a_secret_behind_a_key_that_does_not_exist_is_not_repeated(lab: Shell, tmp_path: Path, line: str) -> None:
    (tmp_path / "exp.yaml").write_text(DOCUMENT + "  " + line.strip().format(CANARY) + "\n")
    done = lab("validate", "-f", tmp_path / "exp.yaml", "-f", IMAGES)
    assert done.returncode == 4
    assert found_in(done.stdout + done.stderr) == set()


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_s16_a_secret_that_others_can_read_is_not_used(lab: Shell, place: Path, tmp_path: Path, mode: int) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "lille").write_text(CANARY)
    (tmp_path / "secrets" / "lille").chmod(mode)
    sources = ["-f", place / "exp.yaml", "-f", IMAGES, "--sites", place / "sites"]
    done = lab("plan", *sources, more={"RECONCILER_SECRETS_DIR": str(tmp_path / "secrets")})
    said = done.stdout + done.stderr
    assert "others can read" in said
    assert found_in(said) == set()


@pytest.mark.parametrize("url", ["postgresql://u:{}@127.0.0.1/db", "postgresql://u@127.0.0.1/db?password={}"])
def test_s16_a_password_in_the_url_of_the_store_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refused, match=r"pgpass") as caught:
        Server.parse(url.format(CANARY))
    assert found_in(f"{caught.value!r}{caught.value}") == set()


def test_s16_the_environment_of_the_test_itself_has_no_canary() -> None:
    """So that the search above finds what we told, and nothing of its own."""
    assert found_in(json.dumps(dict(os.environ))) == set()
