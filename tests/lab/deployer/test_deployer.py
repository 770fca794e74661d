"""What becomes of nodes, which the recorded session does not show; by REST, as any client sees it."""

from __future__ import annotations

from tests.lab.deployer.servers import NODES, deploy, make_deployer, run_scenario, state_of


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

    run_scenario(scenario)


def test_a_fault_with_a_count_is_over_when_it_was_used():
    async def scenario(client, deployer):
        deployer.break_("fail-node", "chinqchint-1", "BroadcastEnvDummy-dummy", count=1)
        for expected in ("deploy_failed", "deployed"):
            await deploy(client, NODES[0])
            await deployer.clock.turn(120)
            assert await state_of(client, NODES[0]) == expected

    run_scenario(scenario)


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

    run_scenario(scenario)


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

    run_scenario(scenario)


def test_the_state_survives_a_dump_and_a_load():
    async def scenario(client, deployer):
        await deploy(client, NODES[0])
        await deployer.clock.turn(120)

    deployer = run_scenario(scenario)
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

    run_scenario(scenario)


def test_a_node_that_never_comes_up_is_ko_in_the_end():
    async def scenario(client, deployer):
        deployer.events.is_up = lambda node: node != NODES[2]
        wid = await deploy(client, NODES[2], NODES[3])
        await deployer.clock.turn(120)
        assert (await client.get(f"/deployment/{wid}")).json()["nodes"] == {"ok": [NODES[3]], "ko": [NODES[2]]}

    run_scenario(scenario)


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

    run_scenario(scenario)


def test_power_off_is_told_to_the_node():
    async def scenario(client, deployer):
        told: list[tuple[str, bool]] = []
        deployer.events.on_power = lambda node, on: told.append((node, on))
        await client.put("/power", json={"nodes": [NODES[0]], "status": "off"})
        await deployer.clock.turn(60)
        assert (told, await state_of(client, NODES[0])) == ([(NODES[0], False)], "powered")

    run_scenario(scenario)
