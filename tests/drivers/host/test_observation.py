"""What a host's answer says about a node that is taken as it is."""

from __future__ import annotations

from reconciler.drivers.host.observation import ask, read
from reconciler.drivers.host.script import parse_output
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Present, Resource
from reconciler.resources.host import Host

TAKEN = Resource(Address("host", "exp", "griffon-1"), Endpoint("xen", "griffon-1.nancy"), Host("", ""))
IMAGE = Resource(Address("host", "exp", "griffon-2"), TAKEN.endpoint, Host("/etc/release", "debian-xen-1"))


def test_a_node_without_a_wanted_image_is_asked_nothing_about_it_and_is_there_when_it_answers() -> None:
    question = ask([TAKEN], XEN)
    assert question.sections == ()
    assert read(question, parse_output("#end\n", []), [TAKEN], XEN) == {TAKEN.address: Present(TAKEN.spec)}


def test_it_does_not_disturb_the_question_about_another_image() -> None:
    question = ask([TAKEN, IMAGE], XEN)
    output = parse_output("#host 0\ndebian-xen-1\n#status 0\n#end\n", ["host 0"])
    assert read(question, output, [TAKEN, IMAGE], XEN) == {each.address: Present(each.spec) for each in (TAKEN, IMAGE)}
