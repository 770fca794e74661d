"""S8: two thousand texts made to break the reader of documents; ``make campaign`` reads many more."""

from __future__ import annotations

from tests.campaigns.fuzz_documents.batches import Batch, PassResult, run

_COUNT = 2_000
_LIMITS = {"S102", "S104", "S106", "S107", "S108", "S109", "S110", "S111", "S118", "S120"}


def test_s08_whatever_the_text_there_are_documents_or_complaints_at_their_places_in_time_and_space() -> None:
    """In 5 s and 256 MiB, in processes whose death would be told with the text that it was of."""
    whole = PassResult()
    for pass_result in run([Batch(2026, 0, _COUNT)], 1):
        whole.add(pass_result)
    assert (whole.count, whole.faults) == (_COUNT, {})
    assert whole.sound > _COUNT // 50 and whole.codes.keys() >= _LIMITS
