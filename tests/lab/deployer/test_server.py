"""Requests that are refused, questions about the server, its counters and its faults."""

from __future__ import annotations

import asyncio
import gzip

import httpx2
import pytest

from reconciler.lab.deployer.deployer import LabDeployer
from tests.lab.deployer.servers import LILLE, NODES, REFERENCE, deploy, make_deployer, run_scenario, serving


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/deployment", {"nodes": []}, "2"),
        ("/deployment", {"nodes": [NODES[0]]}, "7"),
        ("/deployment", {"nodes": [NODES[0]], "environment": REFERENCE, "vlan": "999"}, "9"),
        ("/deployment", {"nodes": [NODES[0]], "environment": REFERENCE, "vlan": 4}, "9"),
        ("/deployment", {"nodes": [NODES[0]], "environment": REFERENCE, "force": "maybe"}, "4"),
        ("/deployment", {"nodes": [NODES[0]], "environment": REFERENCE | {"version": 9}}, "7"),
        ("/reboot", {"nodes": [NODES[0]], "kind": "gently"}, "4"),
        ("/environments", {"environment": {"name": "x", "os": "beos"}}, "7"),
        ("/environments", {"environment": "x"}, "7"),
    ],
)
def test_a_bad_request_is_refused_with_the_number_of_its_kind(path, body, code):
    async def scenario(client, deployer):
        answer = await client.post(path, json=body)
        assert (answer.status_code, answer.headers["x-application-error-code"]) == (400, code)
        assert set((await client.get("/nodes")).json().values()) == {None}

    assert run_scenario(scenario).counters.mutating == 0


def test_an_image_can_be_described_in_the_request():
    async def scenario(client, deployer):
        anonymous = {
            "kind": "anonymous",
            "name": "mine",
            "os": "linux",
            "image": {"file": "http://site/mine.tgz", "kind": "tar", "compression": "xz"},
            "boot": {"kernel": "/vmlinuz"},
            "filesystem": "ext4",
        }
        answer = await client.post("/deployment", json={"nodes": [NODES[0]], "environment": anonymous})
        summary = (await client.get(f"/deployment/{answer.json()['wid']}")).json()
        assert summary["environment"] == {"id": -1, "user": "alice", "name": "mine", "version": 1}

    run_scenario(scenario)


def test_users_must_say_who_they_are_and_only_the_administrator_gives_rights():
    async def scenario(client, deployer):
        nobody = await client.post("/deployment", json={}, headers={"X-Kadeploy-User": ""})
        alice = await client.post("/rights", json={"username": "alice", "nodes": [NODES[0]]})
        by_query = await client.get("/deployment?user=alice", headers={"X-Kadeploy-User": ""})
        assert (nobody.status_code, alice.status_code, by_query.status_code) == (401, 403, 200)

    run_scenario(scenario)


def test_facts_about_the_server():
    async def scenario(client, deployer):
        assert (await client.get("/version")).text == "3.3.11\n"
        assert (await client.get("/auth_headers_prefix")).text == "X-Kadeploy-\n"
        assert (await client.get("/clusters")).json() == list(LILLE)
        assert (await client.get("/nodes?list")).json() == list(NODES)
        info = (await client.get("/info")).json()
        assert info["automata"]["chicon"]["BootNewEnv"][0]["name"] == "BootNewEnvHardReboot"
        assert (await client.get("/nodes/nope.lille.grid5000.fr")).status_code == 404

    run_scenario(scenario)


def test_environments_are_found_by_query_and_private_ones_only_by_their_owner():
    async def scenario(client, deployer):
        mine = {
            "name": "mine",
            "os": "other",
            "image": {"file": "server:///grid5000/mine.dd", "kind": "dd", "compression": "gzip"},
        }
        for version in (1, 2):
            assert (await client.post("/environments", json={"environment": mine | {"version": version}})).is_success
        latest = (await client.get("/environments?name=mine&last=true")).json()
        assert [(entry["version"], entry["user"]) for entry in latest] == [(2, "alice")]
        bob = (await client.get("/environments?user=alice", headers={"X-Kadeploy-User": "bob"})).json()
        assert bob == []
        assert (await client.delete("/environments/alice/mine/1")).is_success
        assert len((await client.get("/environments?user=alice")).json()) == 1

    run_scenario(scenario)


def test_statistics_are_zipped_csv():
    async def scenario(client, deployer):
        wid = await deploy(client, NODES[0])
        await deployer.clock.turn(120)
        async with client.stream("GET", "/stats/deployments") as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        fields = gzip.decompress(raw).decode().strip().split(",")
        assert (fields[:3], fields[-2], len(fields)) == ([wid, "alice", NODES[0]], "true", 20)

    run_scenario(scenario)


def test_requests_are_counted_by_verb_and_kind_of_path():
    async def scenario(client, deployer):
        wid = await deploy(client, NODES[0])
        for _ in range(3):
            await client.get(f"/deployment/{wid}/state")
        await client.get("/nodes")
        await client.post("/deployment", json={})
        await client.delete(f"/deployment/{wid}")

    counters = run_scenario(scenario).counters
    assert dict(counters.requests) == {
        "POST /deployment": 2,
        "GET /deployment/:wid/state": 3,
        "GET /nodes": 1,
        "DELETE /deployment/:wid": 1,
    }
    assert (counters.deployments, counters.mutating) == (1, 2)


def test_the_server_misbehaves_on_request():
    async def scenario(client, deployer):
        deployer.break_("offline", count=1)
        with pytest.raises(httpx2.TransportError):
            await client.get("/nodes")
        deployer.break_("error-500", count=1)
        assert (await client.get("/nodes")).status_code == 500
        deployer.break_("garbage", count=1)
        with pytest.raises(ValueError):
            (await client.get("/nodes")).json()
        deployer.break_("slow", count=1, delay_s=0.2)
        with pytest.raises(httpx2.TimeoutException):
            await client.get("/nodes", timeout=0.05)
        assert (await client.get("/nodes")).status_code == 200
        with pytest.raises(ValueError, match="fail-node"):
            deployer.break_("burn")

    run_scenario(scenario)


def test_a_deployment_at_the_usual_pace_takes_well_under_a_second():
    async def main() -> float:
        deployer = LabDeployer("lille", LILLE, make_deployer().registry)
        async with serving(deployer) as client:
            wid = await deploy_as_root(client)
            begin = asyncio.get_running_loop().time()
            while not (await client.get(f"/deployment/{wid}?user=root")).json()["done"]:
                await asyncio.sleep(0.02)
            return asyncio.get_running_loop().time() - begin

    async def deploy_as_root(client) -> str:
        client.headers["X-Kadeploy-User"] = "root"
        return await deploy(client, *NODES)

    assert 0.1 < asyncio.run(main()) < 5
