"""The switch judges recorded OpenConfig payloads as the public models do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lxml import etree

from reconciler.lab.switch.apply import edited
from reconciler.lab.switch.constraints import require_valid
from reconciler.lab.switch.decode import decode_config
from reconciler.lab.switch.edit import Operation
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.switch.tree import EMPTY, Branch

PORTS = ("Ethernet1", "Ethernet48", "e", "e1")
SHARED = Path(os.environ.get("RECONCILER_SHARED", Path(__file__).parents[4] / "shared"))
PAYLOADS = SHARED / "lab" / "switch" / "payloads"


def judge(name: str) -> Branch:
    path = PAYLOADS / name
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{path} is missing; set RECONCILER_SHARED")
        pytest.skip(f"{path} is not on this machine; set RECONCILER_SHARED")
    config = etree.Element("config")
    config.append(etree.fromstring(path.read_bytes(), etree.XMLParser(remove_comments=True)))
    return edited(EMPTY, decode_config(config, Operation.MERGE, PORTS))


@pytest.mark.parametrize("name", ["oc_access_trunk.xml", "oc_qinq_subif.xml"])
def test_a_valid_payload_is_accepted(name: str) -> None:
    branch = judge(name)
    require_valid(branch)
    assert branch != EMPTY


def test_a_removal_is_accepted() -> None:
    assert judge("oc_edit.xml") == EMPTY


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("oc_bad_vlan.xml", "invalid-value: access-vlan: 5000 is outside 1..4094"),
        ("oc_bad_when.xml", "unknown-element: trunk-vlans exists only while interface-mode is TRUNK"),
        ("oc_edit_bad.xml", "unknown-element: no-such is not known here"),
    ],
)
def test_an_invalid_payload_is_refused_for_its_reason(name: str, reason: str) -> None:
    with pytest.raises(RpcFailure, match=f"^{reason}$"):
        judge(name)
