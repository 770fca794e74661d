"""The campaign of perturbed views: its plans, its judgement, and a part of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.campaigns.sieve.campaign import Sieve, open_sieve
from tests.campaigns.sieve.judging import End, differences, look
from tests.campaigns.sieve.plans import plans
from tests.campaigns.sieve.workloads import WORKLOADS
from tests.campaigns.stage.watching import SORTS, Perturbation

SEED = 5
SAMPLE = {"crash": 2, "lost": 1, "stale": 1, "blink": 1}
END = End({"hosts": {"a": {"up": True}}}, {"open": []}, {"create domain x": 1, "commit sw-1": 1}, ())


@pytest.fixture(scope="module")
def sieve() -> Iterator[Sieve]:
    with open_sieve() as opened:
        yield opened


def test_every_event_is_perturbed_in_every_way_that_makes_sense() -> None:
    events = ["store allocations #1", "outdated observe xen@a #1", "observe xen@a #1", "apply kadeploy@s #1 outcome 1"]
    assert list(plans(events)) == [
        Perturbation("store allocations #1", "crash"),
        Perturbation("observe xen@a #1", "stale"),
        Perturbation("observe xen@a #1", "crash"),
        Perturbation("observe xen@a #1", "lost"),
        Perturbation("observe xen@a #1", "blink"),
        Perturbation("apply kadeploy@s #1 outcome 1", "crash"),
        Perturbation("apply kadeploy@s #1 outcome 1", "lost"),
    ]


def test_the_same_end_by_the_same_way_is_no_difference() -> None:
    assert list(differences(END, END, 0)) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (replace(END, picture={"hosts": {"a": {"up": False}}}), "/hosts/a/up: False instead of True"),
        (replace(END, books={"open": ["x"]}), "books/open"),
        (replace(END, lives={**END.lives, "create domain x": 2}), "create domain x: 2 times, and 1"),
        (replace(END, lives={**END.lives, "destroy domain x": 1}), "destroy domain x: 1 times, and 0"),
        (replace(END, lives={**END.lives, "commit sw-1": 3}), "commit sw-1: 3 times"),
        (replace(END, meetings=(("ours-a", "other-b"),)), "they met"),
    ],
)
def test_another_end_or_another_way_is_a_difference(found: End, said: str) -> None:
    assert said in "\n".join(differences(found, END, 1))


def test_a_mark_may_be_raised_once() -> None:
    assert list(differences(replace(END, lives={**END.lives, "commit sw-1": 2}), END, 1)) == []


@pytest.mark.parametrize("name", ["grow", "moved port"])
def test_a_sample_of_the_campaign_finds_nothing(sieve: Sieve, name: str) -> None:
    chance = random.Random(SEED)
    learned = sieve.learn(next(workload for workload in WORKLOADS if workload.name == name))
    by_sort = {sort: [plan for plan in learned.plans if plan.sort == sort] for sort in SORTS}
    chosen = [plan for sort, count in SAMPLE.items() for plan in chance.sample(by_sort[sort], count)]
    verdicts = [sieve.judge(learned, perturbation) for perturbation in chosen]
    assert {verdict.perturbation: verdict.wrong for verdict in verdicts if verdict.wrong} == {}
    assert any(verdict.struck for verdict in verdicts)
    assert any(verdict.runs > 1 for verdict in verdicts)


def test_a_machine_that_died_unnoticed_is_a_difference(sieve: Sieve) -> None:
    learned = sieve.learn(WORKLOADS[0])
    host = next(host for host, seen in learned.end.picture["hosts"].items() if "ours-web-0" in seen["domains"])
    sieve.stage.ask_lab("break", sort="host", device=host, fault="kill-domain", arguments=["ours-web-0"])
    found = "\n".join(differences(look(sieve.stage), learned.end, 1))
    assert f"/hosts/{host}/domains/ours-web-0" in found and "destroy domain ours-web-0" in found
