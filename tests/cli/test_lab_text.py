"""Answers of the lab as text."""

from reconciler.cli.lab_text import render_history, render_reach, render_status

VM = {"name": "web-0", "host": "n-1.here", "mac": "00:16:3e:ab:cd:ef"}
STATUS = {"sites": ["here"], "pid": 7, "state": "/s", "totals": {"execs": 12, "commits": 3}, "devices": []}


def test_a_mac_is_printed_as_it_is() -> None:
    assert render_reach([{"vms": [VM], "interfaces": []}]).splitlines()[1] == "  web-0  n-1.here  00:16:3e:ab:cd:ef"


def test_groups_without_a_vm_are_left_out() -> None:
    assert render_reach([{"vms": [], "interfaces": [VM]}]) == "No VM runs."


def test_history_is_one_line_a_group() -> None:
    assert render_history([{"seconds": 1.5, "vms": [VM, VM]}]) == "    1.500 s  web-0 web-0"
    assert render_history([]) == "No two VMs have seen each other."


def test_a_clean_lab_has_no_notes() -> None:
    device = {"endpoint": "n-1.here", "kind": "host", "leftovers": {"domains": []}, "faults": []}
    clean = render_status(STATUS | {"devices": [device]})
    assert "n-1.here" not in clean
    assert "execs    12" in clean
    dirty = device | {"leftovers": {"domains": ["a", "b"]}, "faults": ["slow"]}
    assert "n-1.here  2 domains, broken: slow" in render_status(STATUS | {"devices": [dirty]})
