"""Carries an operation out: node by node through the steps, with what goes wrong on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconciler.lab.deployer.automaton import Macro, Micro, Tempo
from reconciler.lab.deployer.clock import Clock
from reconciler.lab.deployer.events import DEFAULT_VLAN, Events
from reconciler.lab.deployer.faults import Faults
from reconciler.lab.deployer.json_text import fold_nodes
from reconciler.lab.deployer.nodes import Nodes
from reconciler.lab.deployer.workflow import Workflow, WorkflowProgress

POLL_S = 0.02
REBOOT_TIMEOUT_S = 10.0
REASONS = {"wait_reboot": "Unreachable after the reboot", "reboot": "very_hard_reboot command is not provided"}


@dataclass(frozen=True, slots=True)
class Operation:
    """How one kind of workflow names itself and its nodes' states; ``steps`` may differ by cluster."""

    title: str
    word: str
    busy: str
    through: str
    failed: str
    steps: Callable[[str], Sequence[Macro]]


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs workflows against the records of ``nodes``, telling ``events``."""

    nodes: Nodes
    events: Events
    clock: Clock
    tempo: Tempo
    faults: Faults

    async def run(self, workflow: Workflow, operation: Operation) -> None:
        """From the first to the last step; the workflow is then done."""
        if workflow.environment is not None:
            file = workflow.environment.image.file
            workflow.log(self.clock.now(), "", f"Grab the {workflow.environment.image.kind}ball file {file}")
        await self.clock.sleep(self.tempo.preparation_s)
        clusters = self.nodes.group(workflow.nodes)
        await asyncio.gather(*(self._run_cluster(workflow, operation, name, nodes) for name, nodes in clusters.items()))
        workflow.ended_at = self.clock.now()

    async def _run_cluster(self, workflow: Workflow, operation: Operation, cluster: str, nodes: Sequence[str]) -> None:
        began, alive = self.clock.now(), list(nodes)
        workflow.log(began, cluster, f"Launching a {operation.word} on {fold_nodes(nodes)}")
        for macro in operation.steps(cluster):
            alive = await self._run_macro(workflow, operation, cluster, macro, alive)
        now = self.clock.now()
        for node in alive:
            self._finish(workflow, operation, node)
        if alive:
            workflow.log(now, cluster, f"End of {operation.word} for {fold_nodes(alive)} after {int(now - began)}s")
        workflow.log(now, cluster, f"End of {operation.word} on cluster {cluster} after {int(now - began)}s")

    async def _run_macro(
        self, workflow: Workflow, operation: Operation, cluster: str, macro: Macro, nodes: list[str]
    ) -> list[str]:
        """The nodes that came through."""
        began = self.clock.now()
        if nodes:
            workflow.log(began, cluster, f"Performing a {operation.title}[{macro.name}] step")
        for micro in macro.micros:
            nodes = await self._run_micro(workflow, operation, cluster, macro, micro, nodes)
        if nodes:
            took = int(self.clock.now() - began)
            workflow.log(self.clock.now(), cluster, f"End of step {operation.title}[{macro.name}] after {took}s")
        return nodes

    async def _run_micro(
        self, workflow: Workflow, operation: Operation, cluster: str, macro: Macro, micro: Micro, nodes: list[str]
    ) -> list[str]:
        if not nodes:
            return []
        began = workflow.step_began_at[cluster] = self.clock.now()
        workflow.log(began, cluster, f"  {micro.name}")
        workflow.finished_step -= set(nodes)
        through = await asyncio.gather(*(self._run_node(workflow, operation, macro, micro, node) for node in nodes))
        workflow.log(self.clock.now(), cluster, f"   ~ Time in {micro.name}: {int(self.clock.now() - began)}s")
        return [node for node, good in zip(nodes, through, strict=True) if good]

    async def _run_node(self, workflow: Workflow, operation: Operation, macro: Macro, micro: Micro, node: str) -> bool:
        workflow.progress[node] = WorkflowProgress(macro.name, micro.name, micro.state)
        self._act(workflow, macro, micro, node)
        await self.clock.sleep(self.tempo.draw(micro))
        if self._fails(node, macro, micro) or (micro.name == "wait_reboot" and not await self._answers(node)):
            return self._fail(workflow, operation, macro, micro, node)
        workflow.finished_step.add(node)
        return True

    async def _answers(self, node: str) -> bool:
        """Wait for the node to come up, so long and no longer."""
        end = self.clock.now() + REBOOT_TIMEOUT_S
        while not self.events.is_up(node):
            if self.clock.now() >= end:
                return False
            await self.clock.sleep(POLL_S)
        return True

    def _act(self, workflow: Workflow, macro: Macro, micro: Micro, node: str) -> None:
        """What the step does to the world."""
        first, last = macro.kind in ("SetDeploymentEnv", "DeployEnv"), macro.kind == "BootNewEnv"
        match micro.name:
            case "set_vlan" if first:
                self.events.on_set_vlan(node, DEFAULT_VLAN)
            case "set_vlan" if workflow.vlan is not None:
                self.events.on_set_vlan(node, workflow.vlan)
            case "reboot" if first:
                self.events.on_deploying(node)
            case "reboot" if last and workflow.environment is not None:
                self.events.on_deployed(node, workflow.environment)
            case "reboot":
                self.events.on_reboot(node)
            case "power":
                self.events.on_power(node, macro.name == "On")

    def _fails(self, node: str, macro: Macro, micro: Micro) -> bool:
        steps = (micro.name, f"{macro.name}-{micro.name}")
        return any(self.faults.take("fail-node", node, step) for step in steps)

    def _fail(self, workflow: Workflow, operation: Operation, macro: Macro, micro: Micro, node: str) -> bool:
        step = f"{macro.name}-{micro.name}"
        reason = f"{step}: {REASONS.get(micro.name, 'the command returned a non-zero status')}"
        workflow.progress[node] = WorkflowProgress(macro.name, micro.name, "ko", reason)
        workflow.ko.append(node)
        self.nodes.set_state(node, operation.failed, workflow.user, self.clock.now())
        workflow.log(self.clock.now(), self.nodes.cluster_of(node), f"   ! {node}: {reason}")
        return False

    def _finish(self, workflow: Workflow, operation: Operation, node: str) -> None:
        workflow.progress[node] = WorkflowProgress()
        workflow.ok.append(node)
        self.nodes.set_state(node, operation.through, workflow.user, self.clock.now())
