from __future__ import annotations

from reconciler.drawing.figure import Shape
from reconciler.drawing.fold import ALIKE, fold, render_names
from tests.drawing.scenes import many, quickstart


def test_few_hosts_are_drawn_one_by_one() -> None:
    assert fold(quickstart()) == quickstart()


def test_thirty_hosts_with_six_hundred_vms_become_a_box_for_each_switch() -> None:
    figure = fold(many(30, 600))
    hosts = [box for box in figure.boxes if box.shape is Shape.HOST]
    assert len(hosts) == 3
    assert hosts[0].title == "n-0, n-3, n-6 …"
    assert [item.text.split("  ")[0] for item in hosts[0].items] == [
        "10 hosts, on each:",
        "image debian-xen",
        "worker ×20",
    ]
    assert {cable.lower for cable in figure.cables if cable.upper == "sw-0.plain"} >= {hosts[0].name}


def test_hosts_that_differ_in_what_is_on_them_stay_apart() -> None:
    figure = fold(many(30, 615))
    texts = sorted(box.items[-1].text for box in figure.boxes if box.shape is Shape.HOST)
    assert {text.split("  ")[0] for text in texts} == {"worker ×20", "worker ×21"}


def test_exactly_as_many_as_may_stand_are_not_folded() -> None:
    figure = many(3 * ALIKE, 3 * ALIKE)
    assert fold(figure) == figure
    assert fold(figure, ALIKE - 1) != figure


def test_names_that_follow_each_other_are_a_run() -> None:
    assert render_names(["griffon-1", "griffon-2", "griffon-3", "griffon-9"]) == "griffon-1…3, griffon-9"
    assert render_names(["a-1", "b-2", "c"]) == "a-1, b-2, c"
    assert render_names(["a-1", "a-3", "a-5", "a-7"]) == "a-1, a-3, a-5 …"
