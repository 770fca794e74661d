"""What becomes of nodes whose workflow is lost."""

from __future__ import annotations

import pytest

from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.image.kadeploy.follow import WorkflowRun
from reconciler.drivers.image.kadeploy.rest import Image, Node
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Faulty
from reconciler.model.outcome import Failed
from reconciler.model.resource import Resource
from reconciler.resources.deployment import Deployment

NODE, IMAGE = "n-1.site.test", Image("debian", 1, "root")
WANTED = Resource(
    Address("deployment", "exp", "n-1.site"), Endpoint("kadeploy", "site"), Deployment(NODE, "debian", 1, "root")
)


class Server:
    def __init__(self, state: str) -> None:
        self.state = state

    def fetch_active(self) -> dict[str, object]:
        return {}

    def fetch_nodes(self) -> dict[str, Node]:
        return {NODE: Node(self.state, "root", IMAGE)}


@pytest.mark.parametrize(("state", "counts"), [("deploy_failed", True), ("aborted", False)])
def test_only_a_deployment_that_failed_counts_against_its_node(state: str, counts: bool) -> None:
    """One that was broken off is not the node's fault: its server may have restarted."""
    step = KadeployDriver({}).plan(Change(WANTED, None, WANTED.spec))
    run = WorkflowRun(IMAGE, {NODE: step}, {})
    (outcome,) = run.look(Server(state), 0.0)  # type: ignore[arg-type]  # all that is asked of a session here
    assert isinstance(outcome, Failed) and not outcome.unsure
    assert outcome.error.retryable and isinstance(outcome.error, Faulty) is counts
