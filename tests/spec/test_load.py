"""Files to a catalogue."""

from __future__ import annotations

import pytest

from reconciler.model.diagnostic import Severity, Span
from reconciler.model.errors import SpecError
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.load import examine, load
from tests.spec.samples import IMAGES, SITES, SOUND

ALL = {**SITES, **IMAGES, "sound.yaml": SOUND}


def codes(files: dict[str, str]) -> list[str]:
    return [f"{d.span} {d.code}" for d in examine(files).diagnostics]


def test_documents_are_found_by_kind_and_name() -> None:
    catalogue = load(ALL)
    assert set(catalogue.sites) == {"lille", "nancy"}
    assert set(catalogue.environments) == {"debian", "debian-xen"}
    assert set(catalogue.disk_images) == {"tiny"}
    assert catalogue.experiments["sound"].spec.vms[0].count == 4


def test_every_value_of_a_document_can_be_found_again() -> None:
    catalogue = load(ALL)
    sound = catalogue.experiments["sound"]
    assert catalogue.span(sound, "spec", "vms", 0, "memory") == Span("sound.yaml", 10, 60)


def test_the_order_of_files_does_not_change_the_catalogue() -> None:
    backwards = dict(reversed(ALL.items()))
    one, other = load(ALL), load(backwards)
    assert (list(one.sites), one.experiments) == (list(other.sites), other.experiments)


def test_problems_come_in_the_order_of_the_files() -> None:
    bad = SOUND.replace("lille", "nice")
    files = {"b.yaml": bad, "a.yaml": bad.replace("sound", "other"), **SITES, **IMAGES}
    found = [d.span.file for d in examine(files).diagnostics if d.span]
    assert found == sorted(found, reverse=True) and set(found) == {"a.yaml", "b.yaml"}


def test_a_document_twice_names_both_places() -> None:
    (found,) = examine({**ALL, "again.yaml": SOUND}).diagnostics
    assert (found.code, found.span) == ("S212", Span("again.yaml", 3, 18))
    assert "sound.yaml:3:18" in found.hint


def test_two_documents_of_different_kinds_may_share_a_name() -> None:
    assert load({**ALL, "x.yaml": SOUND.replace("sound", "tiny")}).experiments["tiny"]


def test_a_faulty_site_is_not_reported_as_unknown_by_those_who_name_it() -> None:
    lille = next(file for file in SITES if "lille" in file)
    broken = {**ALL, lille: SITES[lille].replace("cores: 8", "cores: none", 1)}
    assert [d.code for d in examine(broken).diagnostics] == ["S207"]


def test_a_file_that_cannot_be_read_may_hold_what_others_name() -> None:
    files = {**IMAGES, "sound.yaml": SOUND, "sites.yaml": "kind: [Site\n"}
    assert [d.code for d in examine(files).diagnostics] == ["S103"]


def test_warnings_do_not_keep_a_catalogue_from_being_used() -> None:
    unused = SOUND.replace("  vms:", "    - {name: idle, kind: local, sites: [lille]}\n  vms:")
    examination = examine({**SITES, **IMAGES, "f": unused})
    assert [(d.code, d.severity) for d in examination.diagnostics] == [("S309", Severity.WARNING)]
    assert examination.catalogue is not None


def test_no_file_is_an_empty_catalogue() -> None:
    assert load({}) == Catalogue()


def test_an_error_lists_every_problem_in_its_text() -> None:
    with pytest.raises(SpecError, match=r"f:6:27: error S301(.|\n)*f:8:40: error S301"):
        load({**SITES, **IMAGES, "f": SOUND.replace("lille", "nice")})


def test_a_suggestion_names_the_nearest_known_name() -> None:
    found = examine({**SITES, **IMAGES, "f": SOUND.replace("site: lille", "site: lile")}).diagnostics
    assert 'did you mean "lille"?' in found[0].hint


def test_without_any_site_the_hint_says_what_to_give() -> None:
    found = examine({**IMAGES, "f": SOUND}).diagnostics
    assert "add its file with -f" in found[0].hint
