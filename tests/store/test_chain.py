"""Whatever is done to a chain of entries afterwards is found, at the first entry that is not as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.store.chain import Entry, Fault, Head, Sealed, check, digest_of, origin, seal

LINEAGE, NAME = "l", "exp"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
ENTRIES = st.lists(st.builds(Entry, TEXTS, TEXTS, TEXTS, st.integers(0, 9), TEXTS, TEXTS, TEXTS), min_size=1)


def chained(entries: Sequence[Entry], lineage: str = LINEAGE, name: str = NAME) -> list[Sealed]:
    made: list[Sealed] = []
    for number, entry in enumerate(entries, 1):
        before = made[-1].hash if made else origin(lineage, name)
        made.append(Sealed(number, entry, seal(before, number, entry)))
    return made


def head_of(chain: Sequence[Sealed]) -> Head:
    return Head(NAME, chain[-1].number, chain[-1].hash)


def fault_in(chain: Sequence[Sealed], *expected: Head) -> Fault | None:
    return check(LINEAGE, NAME, chain, expected)


@given(ENTRIES)
def test_a_chain_as_it_was_sealed_fits_and_so_does_every_head_that_it_had(entries: list[Entry]) -> None:
    chain = chained(entries)
    assert fault_in(chain, *(Head(NAME, s.number, s.hash) for s in chain)) is None


@given(ENTRIES, st.data())
def test_one_changed_field_is_found_at_its_entry(entries: list[Entry], data: st.DataObject) -> None:
    chain = chained(entries)
    at = data.draw(st.integers(0, len(chain) - 1))
    sealed = chain[at]
    name = data.draw(st.sampled_from(["number", "hash", *(f.name for f in fields(Entry))]))
    if name in ("number", "hash"):
        value = data.draw(st.integers(0, 99) if name == "number" else st.text("0123456789abcdef", min_size=64))
        assume(value != getattr(sealed, name))
        changed = replace(sealed, **{name: value})
    else:
        value = data.draw(st.integers(0, 99) if name == "epoch" else TEXTS)
        assume(value != getattr(sealed.entry, name))
        changed = replace(sealed, entry=replace(sealed.entry, **{name: value}))
    found = fault_in([*chain[:at], changed, *chain[at + 1 :]])
    assert found is not None and found.number == at + 1


@given(ENTRIES, st.data())
def test_one_that_is_taken_out_is_found_and_the_last_by_the_head_that_was_kept(
    entries: list[Entry], data: st.DataObject
) -> None:
    chain = chained(entries)
    at = data.draw(st.integers(0, len(chain) - 1))
    found = fault_in(chain[:at] + chain[at + 1 :], *([head_of(chain)] if at == len(chain) - 1 else []))
    assert found is not None and found.number == at + 1 and "is missing" in found.why


@given(ENTRIES, st.data())
def test_two_that_are_swapped_are_found_also_with_their_numbers_set_right(
    entries: list[Entry], data: st.DataObject
) -> None:
    assume(len(entries) > 1)
    chain = chained(entries)
    one = data.draw(st.integers(0, len(chain) - 2))
    two = data.draw(st.integers(one + 1, len(chain) - 1))
    swapped = list(chain)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert fault_in(swapped) is not None
    renumbered = [replace(sealed, number=number) for number, sealed in enumerate(swapped, 1)]
    assert fault_in(renumbered) is not None


@given(ENTRIES, st.data())
def test_a_chain_sealed_anew_from_a_changed_entry_on_is_found_by_a_head_that_was_kept(
    entries: list[Entry], data: st.DataObject
) -> None:
    was = chained(entries)
    kept = data.draw(st.sampled_from(was))
    changed = data.draw(st.integers(0, kept.number - 1))
    forged = list(entries)
    forged[changed] = replace(forged[changed], who=forged[changed].who + "x")
    now = chained(forged)
    assert fault_in(now) is None, "from inside it cannot be told"
    found = fault_in(now, Head(NAME, kept.number, kept.hash))
    assert found == Fault(NAME, kept.number, "differs from the saved head")


@given(ENTRIES, st.data())
def test_a_chain_that_was_cut_off_with_its_head_is_found_by_the_head_that_was_kept(
    entries: list[Entry], data: st.DataObject
) -> None:
    assume(len(entries) > 1)
    was = chained(entries)
    now = was[: data.draw(st.integers(1, len(was) - 1))]
    assert fault_in(now) is None, "from inside it cannot be told"
    found = fault_in(now, head_of(was))
    assert found is not None and found.number == len(now) + 1 and f"saved head counts {len(was)}" in found.why


def test_an_experiment_that_vanished_whole_is_found_by_the_head_that_was_kept() -> None:
    was = chained([Entry("", "", "", 0, "", "", "")])
    found = fault_in([], head_of(was))
    assert found == Fault(NAME, 1, "is missing; the saved head counts 1")


def test_a_chain_of_another_database_or_experiment_does_not_fit() -> None:
    entries = [Entry("", "", "", 0, "", "", "")]
    for strange in (chained(entries, lineage="other"), chained(entries, name="other")):
        found = fault_in(strange)
        assert found is not None and found.number == 1


def test_no_field_runs_into_the_next() -> None:
    digests: list[Callable[[], str]] = [
        lambda: digest_of(["ab", "c"]),
        lambda: digest_of(["a", "bc"]),
        lambda: digest_of(["a", "b", "c"]),
        lambda: digest_of(["a", ["b", "c"]]),
    ]
    assert len({made() for made in digests}) == len(digests)
