"""The emulated deployer beside a recorded session with a real Kadeploy server: same requests, same answers."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.deployer.servers import LILLE, TurnedClock, make_deployer, serving

SHARED = Path(os.environ.get("RECONCILER_SHARED", Path(__file__).parents[4] / "shared"))
TRANSCRIPT = SHARED / "data" / "kadeploy" / "transcript.txt"
_REQUEST = re.compile(
    r">>> (GET|POST|PUT|DELETE) (\S+)   \(X-Kadeploy-User: (\w+)\)\n(?:([{].*)\n)?HTTP/1.1 (\d+) .*\n"
)
_WID = re.compile(r"[DRP]-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Exchange:
    section: str
    verb: str
    path: str
    user: str
    body: str | None
    status: int
    headers: dict[str, str]
    answer: str

    @property
    def length(self) -> int:
        return int(self.headers["Content-Length"])


def read_transcript() -> list[Exchange]:
    if not TRANSCRIPT.is_file():
        if os.environ.get("CI"):
            pytest.fail(f"{TRANSCRIPT} is not there; set RECONCILER_SHARED")
        pytest.skip(f"no recorded session at {TRANSCRIPT}; set RECONCILER_SHARED")
    text = TRANSCRIPT.read_text()
    sections = [(match.start(), match[1]) for match in re.finditer(r"^### (.*)$", text, re.MULTILINE)]
    exchanges = []
    for match in _REQUEST.finditer(text):
        section = [title for start, title in sections if start < match.start()][-1]
        head, _, rest = text[match.end() :].partition("\n\n")
        headers = dict(line.split(": ", 1) for line in head.split("\n"))
        answer = _cut(rest, headers)
        exchanges.append(Exchange(section, match[1], match[2], match[3], match[4], int(match[5]), headers, answer))
    return exchanges


def _cut(rest: str, headers: dict[str, str]) -> str:
    """The answer at the start of the rest; paths in JSON were shortened after its length was noted."""
    if headers["Content-Type"].startswith("application/json"):
        return rest[: json.JSONDecoder().raw_decode(rest)[1]]
    return rest.encode()[: int(headers["Content-Length"])].decode()


def shape(value: object) -> object:
    """Keys and types; numbers that depend on the moment are only numbers."""
    if isinstance(value, dict):
        return {key: "number" if key == "time" else shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and value > 1000):
        return "number"
    return _WID.sub("WID", value) if isinstance(value, str) else value


def layout(text: str) -> list[str]:
    """The lines of an answer, without ids and numbers of the moment; nodes come in any order."""
    lines = (re.sub(r'("time"|"start_time"): [0-9.]+', r"\1: N", _WID.sub("WID", line)) for line in text.split("\n"))
    return sorted(line.strip().rstrip(",") for line in lines)


class Replay:
    """Sends a section's requests to the emulated server, with its own workflow ids in place of the recorded."""

    def __init__(self, clock: TurnedClock, client) -> None:
        self.clock = clock
        self.client = client
        self.wids: dict[str, str] = {}

    async def send(self, exchange: Exchange):
        path = _WID.sub(lambda match: self.wids[match[0]], exchange.path)
        headers = {"X-Kadeploy-User": exchange.user, "Content-Type": "application/json"}
        answer = await self.client.request(exchange.verb, path, content=exchange.body, headers=headers)
        if exchange.verb in ("POST", "PUT") and (recorded := _WID.search(exchange.answer)):
            self.wids[recorded[0]] = answer.json()["wid"]
        return answer


def compare(exchange: Exchange, answer) -> None:
    where = f"{exchange.section}: {exchange.verb} {exchange.path}"
    assert answer.status_code == exchange.status, where
    assert answer.headers["content-type"] == exchange.headers["Content-Type"], where
    assert answer.headers.get("x-application-error-code") == exchange.headers.get("X-Application-Error-Code"), where
    assert answer.headers.get("x-application-error-info") == exchange.headers.get("X-Application-Error-Info"), where
    if exchange.headers["Content-Type"].startswith("application/json"):
        assert shape(answer.json()) == shape(json.loads(exchange.answer)), where
        assert layout(answer.text) == layout(exchange.answer), where
    elif "logs" not in exchange.path:
        assert answer.text == exchange.answer, where
        assert int(answer.headers["content-length"]) == exchange.length, where


def test_environments_are_registered_and_refused_in_the_real_words():
    exchanges = read_transcript()
    titles = ("environments", "same name", "xen env", "image file missing")

    async def run() -> None:
        deployer = make_deployer(environments=[])
        async with serving(deployer) as client:
            player = Replay(deployer.clock, client)
            for exchange in (entry for entry in exchanges if entry.section.startswith(titles)):
                compare(exchange, await player.send(exchange))

    asyncio.run(run())


def test_rights_and_bad_deployments_are_answered_in_the_real_words():
    exchanges = read_transcript()

    async def run() -> None:
        deployer = make_deployer(granted=())
        async with serving(deployer) as client:
            player = Replay(deployer.clock, client)
            for exchange in exchanges:
                if exchange.section.startswith(("rights (what", "errors on POST")):
                    compare(exchange, await player.send(exchange))

    asyncio.run(run())


def test_a_deployment_is_told_as_the_real_server_tells_it():
    """From the start to the clean-up, with a second deployment and a stranger looking on in the middle."""
    exchanges = read_transcript()

    async def run() -> None:
        clock = TurnedClock()
        deployer = make_deployer(clock=clock, granted=())
        deployer.rights.grant("alice", [*LILLE["chinqchint"], *LILLE["chicon"]])
        async with serving(deployer) as client:
            player = Replay(clock, client)
            for title, seconds in (
                ("successful deployment", 1.2),
                ("second deployment", 0.5),
                ("same wid seen", 0.0),
                ("after the end", 0.0),
                ("logs are popped", 0.0),
                ("after DELETE", 0.0),
                ("cancel while running", 0.3),
            ):
                if title == "after the end":
                    await clock.turn(60)
                for exchange in (entry for entry in exchanges if entry.section.startswith(title)):
                    compare(exchange, await player.send(exchange))
                    if exchange.verb == "POST":
                        await clock.turn(seconds)

    asyncio.run(run())


def test_reboots_and_power_on_a_busy_node_are_told_as_by_the_real_server():
    exchanges = read_transcript()

    async def run() -> None:
        clock = TurnedClock()
        deployer = make_deployer(clock=clock)
        deployer.rights.grant("alice", LILLE["chinqchint"])
        async with serving(deployer) as client:
            player = Replay(clock, client)
            for exchange in (entry for entry in exchanges if entry.section.startswith("reboot / power")):
                compare(exchange, await player.send(exchange))
            reboot = deployer.workflows("R")[0]
            await clock.turn(60)
            assert (reboot.done, reboot.ok) == (True, ["chinqchint-2.lille.grid5000.fr"])

    asyncio.run(run())


def test_a_status_between_steps_is_an_empty_text():
    exchanges = read_transcript()

    async def run() -> None:
        clock = TurnedClock()
        deployer = make_deployer(clock=clock)
        deployer.rights.grant("alice", [*LILLE["chinqchint"], *LILLE["chicon"]])
        async with serving(deployer) as client:
            player = Replay(clock, client)
            for exchange in (entry for entry in exchanges if entry.section.startswith("multi-cluster")):
                compare(exchange, await player.send(exchange))

    asyncio.run(run())


def test_taking_rights_away_kills_what_the_user_runs():
    exchanges = read_transcript()

    async def run() -> None:
        clock = TurnedClock()
        deployer = make_deployer(clock=clock, granted=())
        deployer.rights.grant("alice", [*LILLE["chinqchint"], *LILLE["chicon"]])
        async with serving(deployer) as client:
            player = Replay(clock, client)
            vlan = next(e for e in exchanges if e.verb == "POST" and '"vlan":"4"' in (e.body or ""))
            compare(vlan, await player.send(vlan))
            await clock.turn(1)
            for exchange in (entry for entry in exchanges if entry.section.startswith("removing rights")):
                compare(exchange, await player.send(exchange))

    asyncio.run(run())


def test_a_node_in_a_vlan_goes_through_the_steps_of_the_real_automaton():
    exchanges = read_transcript()
    post, *polls = [entry for entry in exchanges if entry.section.startswith("deployment into VLAN")]
    recorded = {
        (state["macro"], state["micro"], state["state"])
        for poll in polls
        if poll.path.endswith("/state")
        for state in json.loads(poll.answer).values()
    }

    async def run() -> set[tuple[str, str, str]]:
        clock = TurnedClock()
        deployer = make_deployer(clock=clock)
        deployer.rights.grant("alice", LILLE["chicon"])
        moved: list[tuple[str, str]] = []
        deployer.events.on_set_vlan = lambda node, vlan: moved.append((node.split(".")[0], vlan))
        seen: set[tuple[str, str, str]] = set()
        async with serving(deployer) as client:
            player = Replay(clock, client)
            compare(post, await player.send(post))
            wid = deployer.workflows("D")[0].wid
            for _ in range(400):
                await clock.turn(0.1)
                answer = await client.get(f"/deployment/{wid}/state")
                if answer.text.strip():
                    seen |= {(s["macro"], s["micro"], s["state"]) for s in answer.json().values()}
        assert moved == [(f"chicon-{n}", vlan) for vlan in ("DEFAULT", "4") for n in (1, 2)]
        return seen

    assert recorded <= asyncio.run(run()) | {(None, None, "ok")}


def test_every_base64_in_an_error_header_is_its_text():
    for exchange in read_transcript():
        if "X-Application-Error-Info" in exchange.headers:
            assert base64.b64decode(exchange.headers["X-Application-Error-Info"]).decode() + "\n" == exchange.answer
