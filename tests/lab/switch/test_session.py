from __future__ import annotations

from tests.lab.switch.conftest import Running
from tests.lab.switch.payloads import ALL_INTERFACES, access, config, port, read_modes


def test_an_edit_runs_once_it_is_committed(switch: Running) -> None:
    with switch.connect() as session:
        session.edit_config(config(port("Ethernet1", modes=access(101))), target="candidate")
        assert read_modes(session.get_config("running", ALL_INTERFACES).data) == {}
        session.commit()
        modes = read_modes(session.get_config("running", ALL_INTERFACES).data)
    assert modes == {"Ethernet1": {"interface-mode": ["ACCESS"], "access-vlan": ["101"]}}
    assert switch.call(switch.device.port_states)["Ethernet1"].untagged == 101
