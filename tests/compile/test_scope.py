"""Which driver serves what: as the documents say."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.address import Endpoint
from tests.spec.experiments import catalogue, experiment, group, make, with_site


def endpoints(sites: object, **fields: object) -> dict[str, set[str]]:
    made = make(experiment(nodes=[group(**fields)]), sites=sites)  # type: ignore[arg-type]
    found: dict[str, set[str]] = {}
    for address, resource in made.items():
        found.setdefault(address.kind, set()).add(resource.endpoint.driver)
    return found


def test_a_nodes_driver_is_that_of_its_images_hypervisor() -> None:
    known = catalogue()
    image = known.environments["debian-xen"]
    other = image.model_copy(update={"spec": image.spec.model_copy(update={"hypervisor": "kvm"})})
    found = endpoints(replace(known, environments={**known.environments, "debian-xen": other}))
    assert found["domain"] == found["bridge"] == found["host"] == {"kvm"}
    assert found["deployment"] == {"kadeploy"}


def test_a_node_that_is_taken_as_it_is_has_its_sites_hypervisor() -> None:
    found = endpoints(with_site("lille", hosts={"hypervisor": "kvm"}), image=None)
    assert found["domain"] == found["bridge"] == found["host"] == {"kvm"}


def test_a_switchs_driver_is_its_dialect() -> None:
    switches = [{"name": s.name, "dialect": "junos"} for s in catalogue().sites["lille"].spec.switches]
    assert endpoints(with_site("lille", switches=switches))["switch"] == {"junos"}


def test_an_images_driver_is_that_of_the_sites_deployer() -> None:
    sites = with_site("lille", deployer={"driver": "tftp", "url": "http://deploy.test"})
    found = make(experiment(), sites=sites)
    assert {r.endpoint for a, r in found.items() if a.kind == "deployment"} == {Endpoint("tftp", "lille")}
