"""A client for the YAML language server: just enough of the protocol to ask what an editor asks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

_HERE = Path(__file__).parent
_TIMEOUT_S = 30
_SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "kubernetesCRDStore": {"enable": False},
    },
    "http": {"proxyStrictSSL": True},
    "[yaml]": {},
}


def install() -> Path:
    """The server's start script, installed once per lock file outside of the repository."""
    cache = Path(os.environ.get("RECONCILER_NODE_CACHE", "/var/tmp/reconciler-node"))
    lock = (_HERE / "package-lock.json").read_bytes()
    home = cache / hashlib.sha256(lock).hexdigest()[:16]
    script = home / "node_modules/yaml-language-server/bin/yaml-language-server"
    if not script.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, fresh)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=fresh, check=True, capture_output=True, timeout=300)
        try:
            fresh.rename(home)
        except OSError:  # another test process was faster
            shutil.rmtree(fresh)
    return script


class LanguageServer:
    """One running server.  Positions here count from 0, as in the protocol."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", str(install()), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._replies: dict[int, Queue[dict[str, Any]]] = {}
        self._diagnostics: dict[str, Queue[list[dict[str, Any]]]] = {}
        self._next = 0
        threading.Thread(target=self._listen, daemon=True).start()
        capabilities = {
            "textDocument": {"hover": {"contentFormat": ["markdown"]}},
            "workspace": {"configuration": True},
        }
        self._request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})
        self._notify("initialized", {})
        self._notify("workspace/didChangeConfiguration", {"settings": _SETTINGS})

    def close(self) -> None:
        self._request("shutdown", None)
        self._notify("exit", None)
        self._process.wait(timeout=_TIMEOUT_S)

    def open(self, file: Path) -> list[dict[str, Any]]:
        """Open a file; the diagnostics that the server publishes for it."""
        uri = file.as_uri()
        self._diagnostics[uri] = Queue()
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": file.read_text()}
        self._notify("textDocument/didOpen", {"textDocument": item})
        return self._diagnostics[uri].get(timeout=_TIMEOUT_S)

    def complete(self, file: Path, line: int, character: int) -> list[str]:
        """The labels offered at a position."""
        found = self._request("textDocument/completion", self._at(file, line, character))
        return [item["label"] for item in found["items"]]

    def hover(self, file: Path, line: int, character: int) -> str:
        """The text shown over a position."""
        found = self._request("textDocument/hover", self._at(file, line, character))
        return str(found["contents"]["value"]) if found else ""

    def _at(self, file: Path, line: int, character: int) -> dict[str, Any]:
        return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}

    def _request(self, method: str, params: object) -> Any:
        self._next += 1
        number = self._next
        self._replies[number] = Queue()
        self._send({"id": number, "method": method, "params": params})
        try:
            reply = self._replies[number].get(timeout=_TIMEOUT_S)
        except Empty:
            raise TimeoutError(f"no reply to {method}") from None
        assert "error" not in reply, reply["error"]
        return reply["result"]

    def _notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._take(json.loads(stream.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._replies[message["id"]].put(message)
        elif method == "textDocument/publishDiagnostics":
            self._diagnostics.setdefault(message["params"]["uri"], Queue()).put(message["params"]["diagnostics"])
        elif "id" in message:  # the server asks us
            wanted = message["params"].get("items", []) if method == "workspace/configuration" else []
            answer = [_SETTINGS.get(item["section"], {}) for item in wanted] or None
            self._send({"id": message["id"], "result": answer})
