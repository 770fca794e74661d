"""What is measured is what it is said to be."""

import pytest

from benchmarks import testbed
from reconciler.allocation.allocate import allocate
from reconciler.compile.experiment import compile_experiment
from reconciler.resources.allocations import Allocations
from reconciler.spec.load import examine


@pytest.mark.parametrize(("vms", "hosts"), [(7, 2), (200, 10), (1700, 84)])
def test_every_vm_host_and_switch_of_a_testbed_is_a_resource(vms: int, hosts: int) -> None:
    bed = testbed.Testbed(vms, hosts)
    examination = examine(bed.documents())
    assert not examination.diagnostics
    catalogue = examination.catalogue
    assert catalogue is not None
    experiment = catalogue.experiments[testbed.EXPERIMENT]
    assignment = allocate(experiment, catalogue, Allocations())
    resources = compile_experiment(experiment, catalogue, assignment, Allocations()).resources
    kinds = [address.kind for address in resources]
    found = {kind: kinds.count(kind) for kind in ("domain", "host", "bridge", "deployment", "switch")}
    assert found == {"domain": vms, "host": hosts, "bridge": hosts, "deployment": hosts, "switch": bed.switches}
