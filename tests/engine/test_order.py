"""Which step next."""

from __future__ import annotations

from reconciler.engine.order import Frontier
from reconciler.model.address import Endpoint
from tests.planning.worlds import at, planned, thing

ROOT = thing("root", on="h3")
LONG = [ROOT, thing("l1", on="h1", needs=[ROOT])]
LONG += [thing("l2", on="h2", needs=[LONG[1]]), thing("alone", on="h0")]


def hosts(frontier: Frontier) -> list[str]:
    return [endpoint.host for endpoint in frontier.endpoints()]


def test_a_height_is_the_longest_chain_that_waits() -> None:
    heights = Frontier(planned(LONG)).heights
    assert {address.name: height for address, height in heights.items()} == {"root": 3, "l1": 2, "l2": 1, "alone": 1}


def test_the_longest_chain_goes_first() -> None:
    assert hosts(Frontier(planned(LONG))) == ["h3", "h0"]


def test_what_is_done_makes_its_users_ready() -> None:
    frontier = Frontier(planned(LONG))
    assert [step.change.address.name for step in frontier.take(Endpoint("xen", "h3"))] == ["root"]
    assert hosts(frontier) == ["h0"]
    frontier.done(at("root"))
    assert hosts(frontier) == ["h1", "h0"]
    assert frontier.unmet(at("l2")) == {at("l1")}
    assert [address.name for address in frontier.left()] == ["alone", "l1", "l2"]


def test_a_device_is_ready_as_soon_as_one_of_its_steps_is() -> None:
    frontier = Frontier(planned([ROOT, thing("b", on="h1", needs=[ROOT]), thing("a", on="h1")]))
    assert [step.change.address.name for step in frontier.take(Endpoint("xen", "h1"))] == ["a"]
    frontier.done(at("root"))
    assert [step.change.address.name for step in frontier.take(Endpoint("xen", "h1"))] == ["b"]


def test_a_chain_of_thousands_does_not_recurse() -> None:
    chain = [thing("0", on="h0")]
    for index in range(1, 3000):
        chain.append(thing(str(index), on=f"h{index}", needs=[chain[-1]]))
    assert Frontier(planned(chain)).heights[at("0")] == 3000


def test_what_is_dropped_is_not_taken_any_more_and_is_left_in_the_end() -> None:
    a, far = thing("a"), thing("far", on="h2")
    child = thing("child", needs=[far])
    frontier = Frontier(planned([a, far, child]))
    frontier.drop([at("far"), at("child")])
    assert [endpoint.host for endpoint in frontier.endpoints()] == ["h1"]
    assert [step.change.address.name for step in frontier.take(frontier.endpoints()[0])] == ["a"]
    assert frontier.endpoints() == [] and frontier.left() == [at("child"), at("far")]
