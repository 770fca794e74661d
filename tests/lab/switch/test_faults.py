from __future__ import annotations

import pytest

from reconciler.lab.switch.faults import Fault, FaultKind, FaultQueue


def queue(*faults: Fault) -> FaultQueue:
    filled = FaultQueue()
    for fault in faults:
        filled.add(fault)
    return filled


def test_a_fault_that_counts_is_used_up() -> None:
    faults = queue(Fault(FaultKind.REFUSE, 2))
    assert [faults.take("commit") is not None for _ in range(3)] == [True, True, False]
    assert faults.waiting == ()


def test_a_fault_without_a_count_stays_until_it_is_cleared() -> None:
    faults = queue(Fault(FaultKind.SLOW))
    assert all(faults.take("get-config") for _ in range(5))
    faults.clear()
    assert faults.take("get-config") is None


@pytest.mark.parametrize(
    ("kind", "struck", "spared"),
    [
        (FaultKind.REFUSE, {"edit-config", "commit"}, {"lock", "hello", "get-config"}),
        (FaultKind.LATE_COMMIT, {"commit"}, {"edit-config", "hello"}),
        (FaultKind.IGNORE_LEAF, {"edit-config"}, {"commit"}),
        (FaultKind.SILENT, {"hello", "get-config", "commit"}, set()),
        (FaultKind.GARBAGE, {"get-config", "lock"}, {"hello"}),
    ],
)
def test_a_kind_strikes_the_operations_it_can(kind: FaultKind, struck: set[str], spared: set[str]) -> None:
    assert all(queue(Fault(kind)).take(rpc) for rpc in struck)
    assert not any(queue(Fault(kind)).take(rpc) for rpc in spared)


def test_a_named_operation_narrows_it() -> None:
    faults = queue(Fault(FaultKind.GARBAGE, 1, rpc="lock"))
    assert faults.take("get-config") is None
    assert faults.take("lock") is not None


def test_first_come_first_struck() -> None:
    faults = queue(Fault(FaultKind.REFUSE, 1), Fault(FaultKind.DROP_REPLY, 1))
    assert [fault.kind for fault in (faults.take("commit"), faults.take("commit")) if fault] == ["refuse", "drop-reply"]


@pytest.mark.parametrize("fault", [Fault(FaultKind.SLOW, 0), Fault(FaultKind.SLOW, delay_s=-1)])
def test_senseless_numbers_are_refused(fault: Fault) -> None:
    with pytest.raises(ValueError, match=r"."):
        queue(fault)
