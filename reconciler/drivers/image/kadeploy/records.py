"""What the server's record of a node says about the image there.  Pure.

The record is what Kadeploy did, not what runs now: an image replaced by hand shows on the node itself only.
"""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.drivers.image.kadeploy.rest import Image, Node, Workflow
from reconciler.model.resource import Absent, Observed, Present, Unknown
from reconciler.resources.deployment import Deployment

BUSY = frozenset(("deploying", "rebooting"))
BUSY_RETRY_S = 5.0
_HAS_IMAGE = frozenset(("deployed", "rebooted", "recorded_env", "deploy_env"))
_HAS_NONE = frozenset(("", "prod_env", "aborted", "deploy_failed"))


def find(nodes: Mapping[str, Node], wanted: Deployment) -> Observed[Deployment]:
    """The state of one deployment.  A node the server does not know, or a state we do not know, tells nothing."""
    record = nodes.get(wanted.node)
    if record is None:
        return Unknown(f"the deployer does not know the node {wanted.node}")
    if record.state in BUSY:
        return Unknown(f"{wanted.node} is {record.state} {record.image or ''}".rstrip(), BUSY_RETRY_S)
    if record.state in _HAS_IMAGE and record.image is not None:
        return Present(_deployment(wanted.node, record.image))
    if record.state in _HAS_NONE:
        return Absent()
    return Unknown(f"the deployer says {record.state!r} of {wanted.node}, which does not tell what image runs")


def find_in(active: Mapping[str, Workflow], node: str) -> str:
    """The id of a deployment under way that has the node, or that does not tell its nodes; empty when there is none."""
    return next((wid for wid, workflow in active.items() if node in workflow.nodes or not workflow.nodes), "")


def is_deployed(record: Node, image: Image) -> bool:
    return record.state == "deployed" and record.image == image


def has_failed(record: Node) -> bool:
    return record.state in _HAS_NONE and record.state != ""


def describe(record: Node) -> str:
    """What a busy node is busy with."""
    return f"{record.state} for {record.user or 'another user'}: {record.image or 'another image'}"


def _deployment(node: str, image: Image) -> Deployment:
    return Deployment(node, image.name, image.version, image.owner)
