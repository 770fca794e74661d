"""The campaign of changed documents: its oracles, what it covers, and a part of it."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.campaigns.acto.campaign import Acto, open_acto
from tests.campaigns.acto.cases import Trial, all_trials, carry_out, covered
from tests.campaigns.acto.consistency import inconsistencies
from tests.campaigns.acto.coverage import coverage
from tests.campaigns.acto.documents import base
from tests.campaigns.acto.expected import expect
from tests.campaigns.acto.fields import differing_fields, fields_of
from tests.campaigns.acto.resemblance import differing, essence

SEED = 20
SAMPLE = {"transitions": 2, "refusals": 1, "idle changes": 2, "misuses": 25}


@pytest.fixture(scope="module")
def acto() -> Iterator[Acto]:
    with open_acto() as opened:
        yield opened


@pytest.fixture(scope="module")
def trials(acto: Acto) -> list[Trial]:
    return list(all_trials(acto.sites_reached(), 1, senseless=False))


def test_every_field_of_the_schemas_is_changed_in_a_valid_way_and_misused(trials: list[Trial]) -> None:
    found = covered(trials)
    assert found.complete, found


def test_a_field_that_nothing_changes_is_named() -> None:
    paths = set(fields_of("Experiment")) - {"Experiment.spec.vms[].vcpus"}
    found = coverage([paths], [set(fields_of("Experiment"))], ["Experiment"])
    assert not found.complete
    assert str(found).endswith("never validly: Experiment.spec.vms[].vcpus")


def test_what_comes_as_a_whole_changes_none_of_the_fields_inside() -> None:
    before = {"spec": {"vms": [{"name": "a", "count": 1}]}}
    more = {"spec": {"vms": [{"name": "a", "count": 1}, {"name": "b", "count": 1}]}}
    assert differing_fields("Experiment", before, more) == {"Experiment.spec.vms[]"}
    other = {"spec": {"vms": [{"name": "a", "count": 2}]}}
    assert differing_fields("Experiment", before, other) == {"Experiment.spec.vms[].count"}


def _machine(picture: Any) -> Any:
    host = next(host for host in picture["hosts"].values() if "trial-web-0" in host["domains"])
    return host["domains"]["trial-web-0"]


def _host(picture: Any) -> Any:
    return next(host for host in picture["hosts"].values() if "trial-web-0" in host["domains"])


def _join(groups: list[Any]) -> None:
    groups[:] = [{part: [member for group in groups for member in group[part]] for part in ("vms", "interfaces")}]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda seen: _machine(seen).update(memory=256), "memory is 256"),
        (lambda seen: _machine(seen).update(life="paused"), "life is 'paused'"),
        (lambda seen: _machine(seen)["nics"].pop(), "its cards are"),
        (lambda seen: _host(seen)["domains"].pop("trial-web-0"), "runs 0 times"),
        (lambda seen: seen["hosts"]["griffon-5.nancy"]["domains"].update({"trial-web-0": _machine(seen)}), "2 times"),
        (lambda seen: _host(seen).update(image=["debian-min", 1]), "is wanted"),
        (lambda seen: seen["records"].pop("griffon-1.nancy.lab.test"), "the deployer has None"),
        (lambda seen: seen["reach"].clear(), "see each other: []"),
        (lambda seen: _join(seen["reach"]), "see each other"),
        (lambda seen: seen["ports"]["sw-1.lille Ethernet11"].update(tagged="all"), "carries what nobody asked for"),
    ],
)
def test_devices_that_show_something_else_are_inconsistent(acto: Acto, spoil: Callable[[Any], Any], said: str) -> None:
    want, picture = expect(base(), acto.sites), copy.deepcopy(acto.seen.picture)
    assert not inconsistencies(want, picture, acto.seen.books, acto.sites)
    spoil(picture)
    assert said in "\n".join(inconsistencies(want, picture, acto.seen.books, acto.sites))


def test_a_leftover_and_a_missing_lease_are_inconsistent(acto: Acto) -> None:
    want, books = expect(base(), acto.sites), copy.deepcopy(acto.seen.books)
    row = next(row for row in books["leases"] if row[4] == "web-0")
    books["leases"].remove(row)
    assert "no address for" in "\n".join(inconsistencies(want, acto.seen.picture, books, acto.sites))
    books["leases"] += [row, [*row[:1], "10.136.32.60", *row[2:4], "web-9"]]
    assert "leased for nobody" in "\n".join(inconsistencies(want, acto.seen.picture, books, acto.sites))


def test_ends_are_compared_but_for_what_was_free_to_choose(acto: Acto) -> None:
    want, picture = expect(base(), acto.sites), copy.deepcopy(acto.seen.picture)
    wanted = essence(want, picture, acto.seen.books)
    _machine(picture)["nics"][0][0] = "00:16:3e:00:00:01"
    assert not differing(essence(want, picture, acto.seen.books), wanted)
    _machine(picture)["vcpus"] = 4
    assert differing(essence(want, picture, acto.seen.books), wanted)


def test_a_sample_of_the_campaign_finds_nothing(acto: Acto, trials: list[Trial]) -> None:
    chance = random.Random(SEED)
    chosen = [t for sort, count in SAMPLE.items() for t in chance.sample([t for t in trials if t.sort == sort], count)]
    wrong = {verdict.case: verdict.wrong for _, verdict in carry_out(acto, chosen) if verdict.wrong}
    assert not wrong
