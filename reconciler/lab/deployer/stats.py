"""The server's own statistics: one line for each node of each deployment that ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.lab.deployer.automaton import Macro
from reconciler.lab.deployer.nodes import Nodes
from reconciler.lab.deployer.workflow import Workflow

FIELDS = (
    *("wid", "user", "hostname", "step1", "step2", "step3", "timeout_step1", "timeout_step2", "timeout_step3"),
    *("retry_step1", "retry_step2", "retry_step3", "start", "step1_duration", "step2_duration", "step3_duration"),
    *("env", "md5", "success", "error"),
)

StatLine = tuple[str, ...]
"""Values in the order of ``FIELDS``."""


def stat_lines(workflow: Workflow, nodes: Nodes, steps: Callable[[str], Sequence[Macro]]) -> list[StatLine]:
    """Nothing for an operation that never began or has no environment."""
    if workflow.error is not None or workflow.environment is None or workflow.ended_at is None:
        return []
    environment = f"{workflow.environment.name}:{workflow.environment.version}"
    took = str(int((workflow.ended_at - workflow.started_at) / 3))
    lines = []
    for node in workflow.nodes:
        macros = steps(nodes.cluster_of(node))
        names, timeouts = [macro.name for macro in macros], [str(macro.timeout_s) for macro in macros]
        error = workflow.progress[node].error if node in workflow.progress else ""
        lines.append(
            (
                *(workflow.wid, workflow.user, node, *names, *timeouts, "0", "0", "0"),
                *(str(int(workflow.started_at)), took, took, took, environment, ""),
                *("true" if node in workflow.ok else "false", error),
            )
        )
    return lines
