"""What the tests ask of a real ncclient session."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ncclient.operations import RPCError

from tests.lab.switch.conftest import Running
from tests.lab.switch.payloads import ALL_INTERFACES, access, config, port, read_modes

ACCESS_101 = {"interface-mode": ["ACCESS"], "access-vlan": ["101"]}


def running(session: Any) -> dict[str, dict[str, list[str]]]:
    return read_modes(session.get_config("running", ALL_INTERFACES).data)


def refused(call: Any, *arguments: Any, **options: Any) -> list[Any]:
    with pytest.raises(RPCError) as caught:
        call(*arguments, **options)
    return list(getattr(caught.value, "errors", [caught.value]))  # ncclient has errors only where there are several


def set_access(session: Any, vlan: int = 101, name: str = "Ethernet1") -> None:
    session.edit_config(config(port(name, modes=access(vlan))), target="candidate")


def wait_until(condition: Any, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def untagged(switch: Running) -> int | None:
    return switch.call(switch.device.port_states)["Ethernet1"].untagged
