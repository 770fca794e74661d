"""However many add to one chain at once, it stays one chain, and nobody's entry is lost."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from reconciler.store.audit import SITE
from reconciler.store.quotas import Quota
from reconciler.wiring import open_store

WRITERS, EACH = 4, 15


def test_writers_at_once_make_one_chain(tmp_path: Path, dialect: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("cluster").fresh() if dialect == "postgresql" else None
    stores = [open_store(tmp_path, url) for _ in range(WRITERS)]
    failed: list[BaseException] = []
    begin = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        begin.wait()
        try:
            for limit in range(EACH):
                stores[number].leases.set_quota(f"p{number}", Quota(nodes=limit))
                stores[number].begin("exp", f"{number}-{limit}", None, "keep")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = stores[0].audit.verify()
    said = Counter(sealed.entry.what.partition(":")[0] for sealed in stores[0].audit.entries(SITE))
    for store in stores:
        store.close()
    assert failed == [] and verdict.faults == []
    assert {head.chain: head.number for head in verdict.heads} == {SITE: WRITERS * EACH, "exp": WRITERS * EACH}
    assert said == {f"p{number}": EACH for number in range(WRITERS)}
