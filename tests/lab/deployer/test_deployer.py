"""The server's habits that the recorded session does not show, by REST like any client's."""

from __future__ import annotations

import asyncio
import gzip

import httpx2
import pytest

from reconciler.lab.deployer.deployer import LabDeployer
from tests.lab.deployer.servers import LILLE, NODES, REFERENCE, make_deployer, serving


def run(scenario, deployer: LabDeployer | None = None) -> LabDeployer:
    """Run a coroutine function of (client, deployer)."""
    deployer = deployer or make_deployer(granted=("root", "alice"))

    async def main() -> None:
        async with serving(deployer) as client:
            await scenario(client, deployer)

    asyncio.run(main())
    return deployer


async def deploy(client, *nodes: str, **more) -> str:
    answer = await client.post("/deployment", json={"nodes": list(nodes), "environment": REFERENCE} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()["wid"]


async def state_of(client, node: str) -> str | None:
    record = (await client.get("/nodes")).json()[node]
    return record and record["state"]


def test_a_node_that_fails_is_ko_with_its_step_and_others_go_on():
    async def scenario(client, deployer):
        deployer.break_("fail-node", NODES[2], "wait_reboot", count=1)
        wid = await deploy(client, NODES[2], NODES[3])
        await deployer.clock.turn(120)
        summary = (await client.get(f"/deployment/{wid}")).json()
        assert (summary["done"], summary["error"]) == (True, False)
        assert summary["nodes"] == {"ok": [NODES[3]], "ko": [NODES[2]]}
        failed = (await client.get(f"/deployment/{wid}/state")).json()[NODES[2]]
        assert failed == {
            "macro": "SetDeploymentEnvUntrusted",
            "micro": "wait_reboot",
            "state": "ko",
            "error": "SetDeploymentEnvUntrusted-wait_reboot: Unreachable after the reboot",
        }
        assert [await state_of(client, node) for node in NODES[2:]] == ["deploy_failed", "deployed"]

    run(scenario)


def test_a_fault_with_a_count_is_over_when_it_was_used():
    async def scenario(client, deployer):
        deployer.break_("fail-node", "chinqchint-1", "BroadcastEnvDummy-dummy", count=1)
        for expected in ("deploy_failed", "deployed"):
            await deploy(client, NODES[0])
            await deployer.clock.turn(120)
            assert await state_of(client, NODES[0]) == expected

    run(scenario)


def test_busy_nodes_are_left_out_of_a_deployment_and_force_takes_them():
    async def scenario(client, deployer):
        first = await deploy(client, NODES[0])
        second = await deploy(client, NODES[0], NODES[1])
        await deployer.clock.turn(2)
        summary = (await client.get(f"/deployment/{second}")).json()
        assert summary["nodes"]["processing"] == [NODES[1]]
        assert (await client.get(f"/deployment/{second}/state")).json()[NODES[0]]["state"] == "discarded"
        third = await deploy(client, NODES[0], force=True)
        assert (await client.get(f"/deployment/{first}")).headers["x-application-error-code"] == "1"
        await deployer.clock.turn(120)
        assert (await client.get(f"/deployment/{third}")).json()["nodes"]["ok"] == [NODES[0]]

    run(scenario)


def test_a_restart_forgets_workflows_and_keeps_what_it_knew_of_nodes():
    async def scenario(client, deployer):
        wid = await deploy(client, NODES[0])
        deployer.break_("forget-workflows")
        assert (await client.get(f"/deployment/{wid}")).headers["x-application-error-code"] == "1"
        assert await state_of(client, NODES[0]) == "deploying"
        again = await deploy(client, NODES[0])
        assert (await client.get(f"/deployment/{again}/error")).headers["x-application-error-code"] == "14"
        await deployer.clock.turn(deployer.purge_s)
        await deploy(client, NODES[0])
        await deployer.clock.turn(120)
        assert await state_of(client, NODES[0]) == "deployed"

    run(scenario)


def test_the_state_survives_a_dump_and_a_load():
    async def scenario(client, deployer):
        await deploy(client, NODES[0])
        await deployer.clock.turn(120)

    deployer = run(scenario)
    deployer.rights.grant("bob", [NODES[1]], ["/dev/sda3"])
    other = make_deployer(environments=[])
    other.load(deployer.dump())
    assert other.dump() == deployer.dump()
    assert list(other.registry) == list(deployer.registry)
    assert (other.counters, other.rights.of("bob")) == (deployer.counters, {NODES[1]: ["/dev/sda3"]})
    assert other.workflows("D") == []


def test_nodes_boot_in_order_and_count_as_deployed_when_they_answer():
    async def scenario(client, deployer):
        told: list[tuple[str, ...]] = []
        up: set[str] = {NODES[2]}
        deployer.events.on_set_vlan = lambda node, vlan: told.append(("vlan", vlan))
        deployer.events.on_deploying = lambda node: told.append(("deploying",))

        def boot(node, environment):
            told.append(("boot", environment.name))
            up.clear()

        deployer.events.on_deployed = boot
        deployer.events.is_up = lambda node: node in up
        await deploy(client, NODES[2], vlan="4")
        while len(told) < 4:
            await deployer.clock.turn(0.5)
        await deployer.clock.turn(8)
        assert told == [("vlan", "DEFAULT"), ("deploying",), ("boot", "lenny-x64-xen"), ("vlan", "4")]
        assert await state_of(client, NODES[2]) == "deploying"
        up.add(NODES[2])
        await deployer.clock.turn(1)
        assert await state_of(client, NODES[2]) == "deployed"

    run(scenario)


def test_a_node_that_never_comes_up_is_ko_in_the_end():
    async def scenario(client, deployer):
        deployer.events.is_up = lambda node: node != NODES[2]
        wid = await deploy(client, NODES[2], NODES[3])
        await deployer.clock.turn(120)
        assert (await client.get(f"/deployment/{wid}")).json()["nodes"] == {"ok": [NODES[3]], "ko": [NODES[2]]}

    run(scenario)


def test_reboots_keep_the_environment_on_record():
    async def scenario(client, deployer):
        rebooted: list[str] = []
        deployer.events.on_reboot = rebooted.append
        await deploy(client, NODES[0])
        await deployer.clock.turn(120)
        answer = await client.post("/reboot", json={"nodes": [NODES[0]], "kind": "simple", "level": "hard"})
        assert answer.json()["wid"].startswith("R-")
        await deployer.clock.turn(120)
        record = (await client.get(f"/nodes/{NODES[0]}")).json()
        assert (record["state"], record["environment"]["name"], rebooted) == ("rebooted", "lenny-x64-xen", [NODES[0]])

    run(scenario)


def test_power_off_is_told_to_the_node():
    async def scenario(client, deployer):
        told: list[tuple[str, bool]] = []
        deployer.events.on_power = lambda node, on: told.append((node, on))
        await client.put("/power", json={"nodes": [NODES[0]], "status": "off"})
        await deployer.clock.turn(60)
        assert (told, await state_of(client, NODES[0])) == ([(NODES[0], False)], "powered")

    run(scenario)


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

    assert run(scenario).counters.mutating == 0


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

    run(scenario)


def test_users_must_say_who_they_are_and_only_the_administrator_gives_rights():
    async def scenario(client, deployer):
        nobody = await client.post("/deployment", json={}, headers={"X-Kadeploy-User": ""})
        alice = await client.post("/rights", json={"username": "alice", "nodes": [NODES[0]]})
        by_query = await client.get("/deployment?user=alice", headers={"X-Kadeploy-User": ""})
        assert (nobody.status_code, alice.status_code, by_query.status_code) == (401, 403, 200)

    run(scenario)


def test_facts_about_the_server():
    async def scenario(client, deployer):
        assert (await client.get("/version")).text == "3.3.11\n"
        assert (await client.get("/auth_headers_prefix")).text == "X-Kadeploy-\n"
        assert (await client.get("/clusters")).json() == list(LILLE)
        assert (await client.get("/nodes?list")).json() == list(NODES)
        info = (await client.get("/info")).json()
        assert info["automata"]["chicon"]["BootNewEnv"][0]["name"] == "BootNewEnvHardReboot"
        assert (await client.get("/nodes/nope.lille.grid5000.fr")).status_code == 404

    run(scenario)


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

    run(scenario)


def test_statistics_are_zipped_csv():
    async def scenario(client, deployer):
        wid = await deploy(client, NODES[0])
        await deployer.clock.turn(120)
        async with client.stream("GET", "/stats/deployments") as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        fields = gzip.decompress(raw).decode().strip().split(",")
        assert (fields[:3], fields[-2], len(fields)) == ([wid, "alice", NODES[0]], "true", 20)

    run(scenario)


def test_requests_are_counted_by_verb_and_kind_of_path():
    async def scenario(client, deployer):
        wid = await deploy(client, NODES[0])
        for _ in range(3):
            await client.get(f"/deployment/{wid}/state")
        await client.get("/nodes")
        await client.post("/deployment", json={})
        await client.delete(f"/deployment/{wid}")

    counters = run(scenario).counters
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

    run(scenario)


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
