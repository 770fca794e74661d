"""Which of a group's nodes are used; what is chosen is tested with everything else in test_allocate.py."""

from __future__ import annotations

from reconciler.allocation.nodes import in_use, without_bad
from reconciler.resources.allocations import Allocations
from tests.spec.experiments import experiment, group

ONE = experiment(nodes=[group(count=1, spares=1)]).spec.nodes[0]


def test_a_bad_node_goes_where_enough_are_left_and_stays_where_not() -> None:
    bad = Allocations(bad_nodes=frozenset({"n-1"}))
    assert without_bad(ONE, ["n-1", "n-2"], bad) == ["n-2"]
    assert without_bad(ONE, ["n-1"], bad) == ["n-1"]


def test_a_spare_is_held_and_not_used() -> None:
    assert in_use(ONE, ["n-2", "n-1"], Allocations(), lambda node: 0) == ("n-2",)
