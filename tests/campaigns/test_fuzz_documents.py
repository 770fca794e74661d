"""The campaign finds what it looks for: each kind of fault is planted in a reader, and told with its text."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from reconciler.model.diagnostic import Diagnostic, Span
from tests.campaigns.fuzz_documents import __main__ as campaign
from tests.campaigns.fuzz_documents.batches import Batch, PassResult, run
from tests.campaigns.fuzz_documents.cases import make_case
from tests.campaigns.fuzz_documents.seeds import TWO_SITES, WORLD
from tests.campaigns.fuzz_documents.verdict import FILE, Reader, judge, read_strictly

_COUNT = 60


def _is_bad(data: bytes) -> bool:
    return b"&a" in data


def dies(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    if _is_bad(data):
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_strictly(data)


def loops(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    while _is_bad(data):
        pass
    return read_strictly(data)


def hoards(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    if _is_bad(data):
        bytearray(256 * 1024 * 1024)
    return read_strictly(data)


def leaves(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    if _is_bad(data):
        sys.exit(0)
    return read_strictly(data)


def campaigned(read: Reader | None, *, count: int = _COUNT, cpu_s: float = 5.0) -> PassResult:
    whole = PassResult()
    for tally in run([Batch(1, at, count // 2, cpu_s) for at in (0, count // 2)], 2, read):
        whole.add(tally)
    return whole


@pytest.mark.parametrize(
    ("read", "fault", "cpu_s"),
    [
        (dies, "ended its process: SIGSEGV", 5.0),
        (loops, "took more than", 0.2),
        (hoards, "raised MemoryError", 5.0),
        (leaves, "raised SystemExit", 5.0),
    ],
)
def test_a_reader_with_a_fault_is_told_with_its_texts_and_the_others_are_read(
    read: Reader, fault: str, cpu_s: float
) -> None:
    bad = {number for number in range(_COUNT) if _is_bad(make_case(1, number))}
    found = campaigned(read, cpu_s=cpu_s)
    assert found.count == _COUNT and 0 < len(bad) < _COUNT // 2
    assert found.faults.keys() == bad and all(said.startswith(fault) for said in found.faults.values())


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, "without a place"),
        (Span(FILE, 3, 1), "outside"),
        (Span(FILE, 1, 6), "outside"),
        (Span(FILE, 0, 1), "outside"),
        (Span(FILE, 1, 0), "outside"),
        (Span(FILE, 1, 5), ""),
        (Span(FILE, 2, 1), ""),
    ],
)
def test_a_complaint_has_its_place_in_the_text(span: Span | None, said: str) -> None:
    fault = judge(b"a: 1\n", 0, lambda data: (data.decode(), (Diagnostic("S103", "x", span),))).fault
    assert said in fault and bool(said) == bool(fault)


def test_any_exception_is_told_by_its_name() -> None:
    def broken(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
        raise RecursionError("too deep")

    assert judge(b"", 0, broken).fault == "raised RecursionError: too deep"


def test_the_worlds_that_texts_are_made_from_are_sound() -> None:
    assert not judge(WORLD.encode(), 4).codes and not judge(TWO_SITES.encode(), 4).codes


def test_a_number_makes_the_same_text_again() -> None:
    assert [make_case(1, n) for n in range(300)] == [make_case(1, n) for n in range(300)]
    assert len({make_case(1, n) for n in range(300)} | {make_case(2, n) for n in range(300)}) > 550


def test_a_text_that_fails_is_kept_and_its_file_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    campaign._keep({7: "raised X"}, 1, tmp_path / "kept")
    file = tmp_path / "kept" / "1-7.yaml"
    assert file.read_bytes() == make_case(1, 7)
    assert f"{file} (--seed 1 --first 7 --count 1): raised X" in capsys.readouterr().out
