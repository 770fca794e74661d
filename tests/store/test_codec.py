"""Resources to rows and back."""

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Bridge, Domain, Host, Nic
from reconciler.resources.holding import AddressRun, Lease, Reservation, Vlan
from reconciler.resources.switch_slice import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.store.codec import Decoder, decode_spec, encode_resource, encode_spec

NICS = (Nic("00:16:3e:88:10:01", "xbr700"), Nic("00:16:3e:88:20:01", "xbr701"))
DOMAIN = Domain("e-web-0", "u", "/k", "/r", "a=é \"'\n", 512, 2, NICS, "/d.img", "/base.img", "paused")
HOST = Endpoint("xen", "griffon-1.nancy")
SPECS = {
    "reservation": Reservation(("griffon-1.nancy", "griffon-2.nancy")),
    "vlan": Vlan((("stag:ring", 1000), ("vlan:nancy", 700))),
    "lease": Lease((AddressRun("web", 0, 0x0A880001, 12), AddressRun("web", 12, 0x0A880100, 1))),
    "deployment": Deployment("griffon-1.nancy.example", "debian-xen", 3, "root"),
    "host": Host("/etc/release", "debian-xen-3"),
    "bridge": Bridge("xbr700", "eth1", 700),
    "domain": DOMAIN,
    "switch": SwitchSlice(
        (EdgePort("Ethernet1", "xr:v1:nancy:e:0:1", None, (700, 701), False), EdgePort("Ethernet2", "t", 700)),
        (Carried("Ethernet48", (700,)),),
        (Tunnel("Ethernet46", 1000, (700,)),),
        100,
    ),
}


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_what_is_written_is_read_back_equal(kind: str) -> None:
    address = Address(kind, "e", "one/two")
    needs = frozenset({Address("host", "e", "griffon-1.nancy"), Address("lease", "e", "lan")})
    for carrier in (None, Address("deployment", "e", "griffon-1.nancy")):
        resource = Resource(address, HOST, SPECS[kind], needs, carrier)
        experiment_row = encode_resource(resource)
        assert Decoder("e").resource(experiment_row) == resource


def test_guests_of_one_host_share_what_is_equal() -> None:
    carrier = Address("deployment", "e", "griffon-1.nancy")
    needs = frozenset({Address("host", "e", "griffon-1.nancy")})
    decoder = Decoder("e")
    first, second = (
        decoder.resource(encode_resource(Resource(Address("domain", "e", name), HOST, DOMAIN, needs, carrier)))
        for name in ("web-0", "web-1")
    )
    assert first.endpoint is second.endpoint
    assert first.needs is second.needs
    assert first.carrier is second.carrier
    assert first.spec.kernel is second.spec.kernel
    assert first.spec.nics[0].bridge is second.spec.nics[0].bridge


def test_a_domain_written_before_it_had_a_mode_has_the_default() -> None:
    text = encode_spec(DOMAIN)
    assert text.endswith(',"paused","pv"]')
    assert decode_spec("domain", text.removesuffix(',"pv"]') + "]") == DOMAIN
