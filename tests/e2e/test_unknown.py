"""What does not answer, or answers nonsense, is left alone; nothing is done on its account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.testbed import QUICKSTART, Testbed


@pytest.fixture(autouse=True)
def mended(quickstart: Testbed) -> Iterator[None]:
    """Whatever became of a test, the next one finds the lab whole."""
    yield
    quickstart.mend()


def refused_to_guess(testbed: Testbed, unknown: set[str]) -> None:
    """Apply does nothing, says what it does not know, and exits 3; drift and status say the same."""
    before = testbed.devices()
    drift = testbed.drift()
    assert drift["drifted"] == []
    assert {one["address"] for one in drift["unknown"]} == unknown
    ran = testbed.run("apply", "-f", QUICKSTART, "--yes", "-o", "json")
    run = ran.data[0]
    assert (ran.code, run["exitCode"], run["changes"], run["converged"]) == (3, 3, 0, False)
    assert set(run["unknown"]) == unknown
    assert testbed.devices().touched_since(before) == set()
    ready = next(c for c in testbed.must("status", "-o", "json").data["status"]["conditions"] if c["type"] == "Ready")
    assert ready["status"] == "Unknown"


def on_host(host: str, *vms: str) -> set[str]:
    return {
        f"bridge/quickstart/{host}/lan",
        f"host/quickstart/{host}",
        *(f"domain/quickstart/{vm}" for vm in vms),
    }


def test_a_host_that_does_not_answer_is_unknown(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.break_("host", "chinqchint-1.lille", "offline")
    refused_to_guess(quickstart, on_host("chinqchint-1.lille", "client-0", "client-4", "client-8"))
    quickstart.mend()
    assert quickstart.is_settled(QUICKSTART)
    assert quickstart.devices() == before


@pytest.mark.parametrize("fault", ["garbage", "truncate", "partial-list"])
def test_vms_are_unknown_when_the_list_of_them_is_not_whole(quickstart: Testbed, fault: str) -> None:
    quickstart.break_("host", "chinqchint-1.lille", fault)
    refused_to_guess(quickstart, {f"domain/quickstart/{vm}" for vm in ("client-0", "client-4", "client-8")})
    quickstart.mend()
    assert quickstart.is_settled(QUICKSTART)


@pytest.mark.parametrize("fault", ["offline", "garbage"])
def test_a_switch_that_gives_no_answer_is_unknown(quickstart: Testbed, fault: str) -> None:
    quickstart.break_("switch", "sw-2.lille", fault)
    refused_to_guess(quickstart, {"switch/quickstart/sw-2.lille"})
    quickstart.mend()
    assert quickstart.is_settled(QUICKSTART)


@pytest.mark.parametrize("fault", ["offline", "error-500", "garbage"])
def test_a_deployer_that_gives_no_answer_is_unknown_and_no_node_is_imaged(quickstart: Testbed, fault: str) -> None:
    quickstart.break_("deployer", "nancy", fault)
    refused_to_guess(quickstart, {f"deployment/quickstart/griffon-{number}.nancy" for number in (1, 2, 3, 4)})
    quickstart.mend()
    assert quickstart.is_settled(QUICKSTART)


def test_what_is_known_is_repaired_around_what_is_not(quickstart: Testbed) -> None:
    quickstart.break_("host", "griffon-1.nancy", "offline")
    quickstart.break_("switch", "sw-1.nancy", "offline")
    quickstart.break_("deployer", "lille", "offline")
    quickstart.break_("host", "chinqchint-2.lille", "kill-domain", "quickstart-client-1")
    quickstart.break_("switch", "sw-2.lille", "move-port", "Ethernet14", "705")
    before = quickstart.devices()
    ran = quickstart.run("apply", "-f", QUICKSTART, "--yes", "-o", "json")
    assert (ran.code, ran.data[0]["changes"], ran.data[0]["converged"]) == (3, 2, False)
    after = quickstart.devices()
    assert after.touched_since(before) == {"chinqchint-2.lille", "sw-2.lille"}
    assert "quickstart-client-1" in after.guests
    quickstart.mend()
    assert quickstart.is_settled(QUICKSTART)
    assert quickstart.groups() == [set(quickstart.devices().guests)]


def test_a_vm_is_not_made_elsewhere_while_its_host_is_silent(quickstart: Testbed) -> None:
    quickstart.break_("host", "griffon-2.nancy", "kill-domain", "quickstart-server-1")
    quickstart.break_("host", "griffon-2.nancy", "offline")
    refused_to_guess(quickstart, on_host("griffon-2.nancy", "server-1", "server-5", "server-9"))
    quickstart.mend()
    assert quickstart.apply(QUICKSTART)["changes"] == 1
    assert quickstart.devices().guests["quickstart-server-1"].host == "griffon-2.nancy"
