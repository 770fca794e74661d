"""The driver against netconfd: what the lab's switch promises, a server that nobody here wrote keeps as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.openconfig.interfaces import parse_ports
from reconciler.model.outcome import Done
from reconciler.transport.errors import Untrusted
from reconciler.transport.netconf import NetconfPool
from tests.drivers.switch.openconfig.conformance import HOST, PORTS, PRODUCTION, WHOLE, Conformance, Site
from tests.live.switch.netconfd import Netconfd, give_ports, netconfd, with_wrong_key


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[Netconfd]:
    with netconfd(models) as started:
        give_ports(started, PORTS, PRODUCTION)
        yield started


class TestNetconfd(Conformance):
    @pytest.fixture
    def site(self, server: Netconfd) -> Site:
        """Netconfd 2.13 cannot restore running while it is locked, not even when the holder is gone."""
        return Site(server.contact, restores_under_lock=False)


def test_what_is_done_is_saved_where_there_is_a_startup_configuration(models: Path) -> None:
    with netconfd(models, startup=True) as started:
        give_ports(started, PORTS, PRODUCTION)
        site = Site(started.contact)
        pristine = saved(started)
        seen = site.make(WHOLE)
        assert saved(started) == site.ports() != pristine
        assert isinstance(site.go(seen, None), Done)
        site.pool.close()
        assert saved(started) == pristine


def saved(server: Netconfd) -> Mapping[str, Port]:
    with server.connect() as session:
        return parse_ports(session.get_config("startup").data_ele)


def test_a_wrong_host_key_is_refused_before_authentication(server: Netconfd, tmp_path: Path) -> None:
    log = len(server.sshd_log.read_text())
    with pytest.raises(Untrusted, match="not the pinned one"):
        NetconfPool({HOST: with_wrong_key(server.contact, tmp_path)}).session(HOST)
    seen = server.sshd_log.read_text()[log:]
    assert "Accepted" not in seen
    assert "authenticating user" not in seen
