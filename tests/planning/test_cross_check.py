"""What a node says of its image outweighs what the deployer remembers."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.resource import Absent, Present, Unknown
from reconciler.planning.cross_check import cross_check
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Host
from tests.planning.worlds import thing, world

IMAGE = thing("n", kind="deployment", spec=Deployment("n", "xen", 1, "root"))
NODE = thing("n", kind="host", spec=Host("/f", "xen-1"), carrier=IMAGE)


def image_seen(node: Any, image: Any = None) -> Any:
    w = world([IMAGE, NODE], [IMAGE], {NODE.address: node} | ({IMAGE.address: image} if image else {}))
    return cross_check(w.desired, w.observed)[IMAGE.address]


def test_a_node_with_another_image_corrects_its_deployer() -> None:
    assert image_seen(Present(Host("/f", "other-7"))) == Present(Deployment("n", "other-7 (by hand)", 1, "root"))


def test_a_node_with_the_right_image_agrees() -> None:
    assert image_seen(Present(NODE.spec)) == Present(IMAGE.spec)


@pytest.mark.parametrize("node", [Unknown("no answer"), Absent()])
def test_a_node_that_does_not_say_corrects_nothing(node: Any) -> None:
    assert image_seen(node) == Present(IMAGE.spec)


@pytest.mark.parametrize("image", [Unknown("busy"), Absent()])
def test_what_the_deployer_does_not_know_stays_so(image: Any) -> None:
    assert image_seen(Present(Host("/f", "other-7")), image) == image
