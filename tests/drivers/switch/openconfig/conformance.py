"""What the driver needs of a switch over a real session: one suite, for the lab and for real servers alike."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from lxml import etree

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.openconfig.edit import render_edit, stamp_edit
from reconciler.drivers.switch.openconfig.interfaces import INTERFACES, NS, parse_ports
from reconciler.drivers.switch.ownership import parse_mark
from reconciler.drivers.switch.stamping import marks_of
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Fenced, Locked, Rejected
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice
from reconciler.transport.contact import Contact
from reconciler.transport.errors import Untrusted
from reconciler.transport.netconf import NetconfPool, NetconfSession
from tests.drivers.fence import EARLIER, FENCE, LATER, behind_barrier
from tests.drivers.switch.openconfig.memory import PORTS
from tests.drivers.switch.openconfig.simulator import SPECS, Driver, driver_on, tag

HOST = "sw-1.lille"
ENDPOINT = Endpoint("openconfig", HOST)
PRODUCTION = 100
WHOLE = SPECS[1]
__all__ = ["HOST", "PORTS", "PRODUCTION", "WHOLE", "Conformance", "Site"]


def resource(spec: SwitchSlice, experiment: str = "exp") -> Resource[SwitchSlice]:
    return Resource(Address("switch", experiment, HOST), ENDPOINT, spec)


@dataclass
class Site:
    """One switch, reached over the network; all of PORTS are in the production VLAN.

    ``restores_under_lock``: it takes an unconfirmed commit back also when the session that is lost held running's lock.
    """

    contact: Contact
    restores_under_lock: bool = True
    pool: NetconfPool = field(init=False)
    driver: Driver = field(init=False)
    fence: Fence = FENCE

    def __post_init__(self) -> None:
        self.pool = NetconfPool({HOST: self.contact})
        self.driver = driver_on(self.pool)

    def ports(self) -> Mapping[str, Port]:
        """Running, read by another session than the driver's."""
        pool = NetconfPool({HOST: self.contact})
        try:
            return parse_ports(pool.session(HOST).get_config("running", etree.Element(f"{{{INTERFACES}}}interfaces")))
        finally:
            pool.close()

    def see(self, spec: SwitchSlice, experiment: str = "exp") -> Observed[SwitchSlice]:
        wanted = resource(spec, experiment)
        return self.driver.observe(ENDPOINT, [wanted], self.fence)[wanted.address]

    def go(self, before: SwitchSlice | None, after: SwitchSlice | None, experiment: str = "exp") -> Outcome:
        spec = after or before
        assert spec is not None
        step = self.driver.plan(Change(resource(spec, experiment), before, after))
        (outcome,) = self.driver.apply(ENDPOINT, [step], self.fence)
        return outcome

    def make(self, spec: SwitchSlice, experiment: str = "exp") -> SwitchSlice:
        outcome = self.go(None, spec, experiment)
        assert outcome == Done(resource(spec, experiment).address, Present(spec))
        seen = self.see(spec, experiment)
        assert isinstance(seen, Present)
        assert seen.spec == spec
        return seen.spec


class Liar(NetconfSession):
    """A session on which running is said to lack its trunks' lists, once something was committed."""

    def __init__(self, real: NetconfSession) -> None:
        super().__init__(real._host, real._manager)
        self._committed = False

    def commit(self, *, confirm_s: int | None = None) -> None:
        super().commit(confirm_s=confirm_s)
        self._committed = True

    def cancel_commit(self) -> None:
        super().cancel_commit()
        self._committed = False

    def get_config(self, source: str, subtree: etree._Element) -> etree._Element:
        data = super().get_config(source, subtree)
        for leaf in list(data.iterfind(".//vlan:trunk-vlans", NS)) if self._committed else []:
            leaf.getparent().remove(leaf)  # type: ignore[union-attr]
        return data


class Conformance:
    """Subclass it, and give a ``site`` fixture."""

    @pytest.fixture(autouse=True)
    def _as_it_was(self, site: Site) -> Iterator[None]:
        """Every test leaves the switch as it found it."""
        before = site.ports()
        yield
        site.pool.close()
        assert site.ports() == before

    def test_a_slice_is_made_seen_and_given_back(self, site: Site) -> None:
        before = site.ports()
        seen = site.make(WHOLE)
        assert site.ports() != before
        assert site.go(seen, None) == Done(resource(WHOLE).address, Absent())
        assert site.see(WHOLE) == Absent()

    @pytest.mark.parametrize("number", range(len(SPECS)))
    def test_a_slice_becomes_the_next_one(self, site: Site, number: int) -> None:
        first, second = SPECS[number - 1], SPECS[number]
        seen = site.make(first)
        assert site.go(seen, second) == Done(resource(second).address, Present(second))
        last = site.see(second)
        assert last == Present(second)
        assert isinstance(site.go(last.spec, None), Done)

    def test_what_is_right_needs_no_second_edit(self, site: Site) -> None:
        seen = site.make(WHOLE)
        assert site.driver.plan(Change(resource(WHOLE), seen, WHOLE)).commands == ()
        site.go(seen, None)

    def test_an_edit_that_changes_nothing_is_harmless(self, site: Site) -> None:
        seen = site.make(WHOLE)
        assert isinstance(site.go(None, WHOLE), Done)
        assert isinstance(site.go(seen, None), Done)

    def test_others_keep_their_vlans_on_a_shared_trunk(self, site: Site) -> None:
        theirs = SwitchSlice(carried=(Carried("up", (720, 721)),), parked=PRODUCTION)
        site.make(theirs, "theirs")
        ours = site.make(WHOLE)
        assert isinstance(site.go(ours, None), Done)
        last = site.see(theirs, "theirs")
        assert last == Present(theirs)
        assert isinstance(site.go(last.spec, None, "theirs"), Done)
        assert not site.ports()["up"].is_trunk

    def test_a_trunk_that_others_joined_since_is_not_taken_from_them(self, site: Site) -> None:
        theirs = SwitchSlice(carried=(Carried("up", (720,)),), parked=PRODUCTION)
        ours = site.make(WHOLE)
        site.make(theirs, "theirs")
        outcome = site.go(ours, None)
        assert isinstance(outcome, Failed)
        assert not outcome.unsure
        again = site.see(WHOLE)
        assert isinstance(again, Present)
        assert isinstance(site.go(again.spec, None), Done)
        last = site.see(theirs, "theirs")
        assert isinstance(last, Present)
        assert isinstance(site.go(last.spec, None, "theirs"), Done)

    def test_another_owners_port_is_foreign(self, site: Site) -> None:
        theirs = SwitchSlice((EdgePort("e1", tag(1, "theirs"), access=730),), parked=PRODUCTION)
        seen = site.make(theirs, "theirs")
        assert isinstance(site.see(WHOLE), Foreign)
        assert isinstance(site.go(None, WHOLE), Failed)
        assert isinstance(site.go(seen, None, "theirs"), Done)

    def test_a_later_acquisition_shuts_the_earlier_one_out(self, site: Site) -> None:
        seen = site.make(WHOLE)
        site.fence = behind_barrier(LATER)
        assert site.see(WHOLE) == Present(WHOLE)
        after = site.ports()
        site.fence = FENCE
        outcome = site.go(seen, None)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Fenced)
        with pytest.raises(Fenced):
            site.see(WHOLE)
        assert site.ports() == after
        site.fence = LATER
        assert isinstance(site.go(seen, None), Done)

    def test_an_earlier_acquisitions_ports_are_taken_over_by_any_change(self, site: Site) -> None:
        site.fence = EARLIER
        site.make(SPECS[0])
        site.fence = FENCE
        assert isinstance(site.go(SPECS[0], SPECS[1]), Done)
        marks = [parse_mark(port.description) for port in site.ports().values()]
        assert {mark.epoch for mark in marks if mark} == {FENCE.epoch}
        assert isinstance(site.go(SPECS[1], None), Done)

    def test_a_barrier_on_a_switch_without_our_marks_changes_nothing(self, site: Site) -> None:
        before = site.ports()
        site.fence = behind_barrier()
        assert site.see(WHOLE) == Absent()
        assert site.ports() == before

    def test_our_own_session_that_the_server_still_believes_in_is_ended(self, site: Site) -> None:
        lost = NetconfPool({HOST: site.contact})
        lost.session(HOST).lock("running")
        site.pool.drop(HOST, doubtful=True)
        site.pool._doubtful[HOST].add(lost.session(HOST).id)
        try:
            assert site.see(WHOLE) == Absent()
        finally:
            lost.close()

    def test_a_lock_of_another_session_is_named_and_respected(self, site: Site) -> None:
        pool = NetconfPool({HOST: site.contact})
        theirs = pool.session(HOST)
        theirs.lock("running")
        outcome = site.go(None, WHOLE)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Locked)
        assert f"session {theirs._manager.session_id}" in str(outcome.error)
        assert not outcome.unsure
        assert theirs.alive
        pool.close()

    def test_an_edit_that_the_server_refuses_changes_nothing(self, site: Site) -> None:
        bad = SwitchSlice((EdgePort("e1", tag(1), access=4095), EdgePort("e2", tag(2), access=701)), parked=PRODUCTION)
        edit = render_edit(SwitchSlice(), bad, PRODUCTION)  # as a plan would refuse to
        assert edit is not None
        (outcome,) = site.driver.apply(ENDPOINT, [Step(Change(resource(bad), None, bad), (edit,))], site.fence)
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Rejected)
        assert not outcome.unsure
        assert isinstance(site.go(site.make(WHOLE), None), Done)

    def test_a_commit_that_reads_back_wrong_is_taken_back(self, site: Site) -> None:
        before = site.ports()
        site.pool._sessions[HOST] = Liar(site.pool.session(HOST))
        outcome = site.go(None, WHOLE)
        assert isinstance(outcome, Failed)
        assert "taken back" in str(outcome.error)
        assert not outcome.unsure
        assert site.ports() == before

    def test_a_session_that_dies_before_the_confirmation_leaves_all_or_nothing(self, site: Site) -> None:
        change = Change(resource(WHOLE), None, WHOLE)
        (edit,) = site.driver.plan(change).commands
        session = site.pool.session(HOST)
        session.lock("candidate")
        session.lock("running")
        session.edit(stamp_edit(edit, marks_of(change, {}, FENCE)).element())
        session.commit(confirm_s=60)
        site.pool.drop(HOST, doubtful=True)
        settled = self._settled(site)
        assert settled == (Absent() if site.restores_under_lock else Present(WHOLE))
        if isinstance(settled, Present):
            assert isinstance(site.go(settled.spec, None), Done)

    def _settled(self, site: Site) -> Observed[SwitchSlice]:
        """A server may take a moment to notice; until then the lock is not to be had, and nothing is concluded."""
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            try:
                return site.see(WHOLE)
            except Locked:
                time.sleep(0.05)
        raise AssertionError("still locked")

    def test_another_host_key_is_refused(self, site: Site) -> None:
        other = Contact(
            site.contact.address, site.contact.port, site.contact.user, OTHER_KEY, site.contact.identity_file
        )
        with pytest.raises(Untrusted):
            NetconfPool({HOST: other}).session(HOST)


OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGGVUj4vwaTrKlJBOCbpOpxQZ7hh0GHBvBJXBOMGN6fh"
