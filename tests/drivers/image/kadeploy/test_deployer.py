"""Who we say we are to a deployer."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from reconciler.drivers.image.kadeploy.deployer import Deployer, DeployerSession
from reconciler.model.errors import Refused
from reconciler.model.secret import Secret
from reconciler.transport.http import HttpReply

CANARY = "canary-3f9a"


class Recording:
    """Answers every request with no nodes, and keeps the headers."""

    def __init__(self) -> None:
        self.headers: list[Mapping[str, str]] = []

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        self.headers.append(headers)
        return HttpReply(200, {}, "{}")


def ask(url: str, password: str | None = CANARY) -> Recording:
    http = Recording()
    secret = None if password is None else Secret(password)
    DeployerSession(http, Deployer(url, "ann", password=None if secret is None else lambda: secret)).fetch_nodes()
    return http


@pytest.mark.parametrize("url", ["https://kadeploy.lille.example:25300", "http://127.0.0.1:25300"])
def test_a_password_goes_with_the_user_over_what_nobody_else_reads(url: str) -> None:
    (headers,) = ask(url).headers
    assert headers["Authorization"] == "Basic " + base64.b64encode(f"ann:{CANARY}".encode()).decode()
    assert headers["X-Kadeploy-User"] == "ann"


@pytest.mark.parametrize("url", ["http://kadeploy.lille.example", "http://127.0.0.1.lille.example", "http://127.evil"])
def test_a_password_never_goes_over_plain_http_to_another_machine(url: str) -> None:
    with pytest.raises(Refused, match="https only") as caught:
        ask(url)
    assert CANARY not in str(caught.value)


def test_without_a_password_none_is_sent() -> None:
    (headers,) = ask("http://kadeploy.lille.example", None).headers
    assert "Authorization" not in headers
