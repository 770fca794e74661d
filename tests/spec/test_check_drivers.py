"""Drivers that documents name: any that is installed, and no other."""

from __future__ import annotations

import pytest

from reconciler.extras import known_drivers
from reconciler.model.errors import SpecError
from reconciler.spec.check_drivers import SHIPPED, KnownDrivers
from reconciler.spec.load import load
from tests.spec.experiments import catalogue, with_site
from tests.spec.samples import IMAGES, SITES

MORE = KnownDrivers(frozenset({"xen", "kvm"}), frozenset({"openconfig"}), frozenset({"kadeploy"}), frozenset({"dns"}))
KVM = """
apiVersion: reconciler/v1alpha1
kind: Environment
metadata: {name: debian-kvm}
spec: {hypervisor: kvm, fingerprint: {text: debian-kvm}}
"""


def test_a_driver_that_is_installed_may_be_named() -> None:
    assert load({**SITES, **IMAGES, "kvm.yaml": KVM}, drivers=MORE).environments["debian-kvm"].spec.hosting == "kvm"


def test_without_a_word_about_what_is_installed_only_what_every_installation_has_may_be_named() -> None:
    with pytest.raises(SpecError, match=r"kvm.yaml:5:20: .*no driver \"kvm\" for a hypervisor is installed.*xen"):
        load({**SITES, **IMAGES, "kvm.yaml": KVM})


def test_what_every_installation_has_is_installed() -> None:
    known = known_drivers()
    assert all(name in known.hypervisors for name in SHIPPED.hypervisors)
    assert all(name in known.dialects for name in SHIPPED.dialects)
    assert all(name in known.deployers for name in SHIPPED.deployers)
    assert "nothing-like-it" not in known.dialects


def test_an_image_with_xen_hosts_vms_on_xen_and_another_image_only_with_a_hypervisor() -> None:
    hosting = {name: environment.spec.hosting for name, environment in catalogue().environments.items()}
    assert hosting["debian-xen"] == "xen"
    assert None in hosting.values()
    assert with_site("lille", hosts={"hypervisor": "kvm"}).sites["lille"].spec.hosts.hypervisor == "kvm"


def test_a_service_names_a_driver_that_is_installed_and_a_site_has_one_of_each() -> None:
    one = {"driver": "dns", "url": "dns://ns.lille.example:53"}
    files = {**SITES, **IMAGES}
    named = {name: with_services(text, [one]) for name, text in files.items()}
    assert [service.driver for service in load(named, drivers=MORE).sites["lille"].spec.services] == ["dns"]
    with pytest.raises(SpecError, match='no driver "dns" for a service is installed'):
        load(named)
    with pytest.raises(SpecError, match='a second service with the driver "dns"'):
        load({name: with_services(text, [one, one]) for name, text in files.items()}, drivers=MORE)


def with_services(text: str, services: list[dict[str, str]]) -> str:
    """A Site document's text with these at its beginning; any other text as it is."""
    return text.replace("\nspec:\n", f"\nspec:\n  services: {services}\n") if "kind: Site" in text else text
