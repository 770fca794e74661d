"""What a node says of its image outweighs what the deployer remembers."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.model.resource import Absent, Present, Unknown
from reconciler.planning.cross_check import cross_check
from reconciler.resources.deployment import Deployment
from reconciler.resources.host import Host
from tests.planning.worlds import thing, world

IMAGE = thing("n", kind="deployment", spec=Deployment("n", "xen", 1, "root"))
NODE = thing("n", kind="host", spec=Host("/f", "xen-1"), carrier=IMAGE)


def image_seen(node: Any, image: Any = None, recorded: Any = (IMAGE,)) -> Any:
    w = world([IMAGE, NODE], list(recorded), {NODE.address: node} | ({IMAGE.address: image} if image else {}))
    return cross_check(w.desired, w.recorded, w.observed)[IMAGE.address]


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


OTHER = Present(Deployment("n", "debian", 3, "somebody"))


@pytest.mark.parametrize("image", [Absent(), OTHER])
def test_a_node_that_runs_what_we_recorded_has_it_whatever_its_deployer_forgot(image: Any) -> None:
    assert image_seen(Present(NODE.spec), image) == Present(IMAGE.spec)


@pytest.mark.parametrize("image", [Absent(), OTHER])
def test_without_a_record_of_ours_the_deployer_is_believed(image: Any) -> None:
    assert image_seen(Present(NODE.spec), image, recorded=()) == image


def test_a_node_taken_with_whatever_image_proves_nothing() -> None:
    silent = thing("n", kind="host", spec=Host("", ""), carrier=IMAGE)
    w = world([IMAGE, silent], [IMAGE], {silent.address: Present(silent.spec), IMAGE.address: Absent()})
    assert cross_check(w.desired, w.recorded, w.observed)[IMAGE.address] == Absent()


def test_a_deployer_at_work_is_waited_for_even_when_the_node_still_answers() -> None:
    busy = Unknown("deploying", 5.0)
    assert image_seen(Present(NODE.spec), busy) == busy
