"""What the plan core is measured on: documents, and a store in which everything is recorded and held."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.testbed import EXPERIMENT, Testbed
from reconciler.allocation.allocate import allocate
from reconciler.compile.experiment import compile_experiment
from reconciler.model.plan import Plan
from reconciler.resources.lease import Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.spec.limits import Limits
from reconciler.spec.load import load
from reconciler.wiring import SITE_BYTES, open_store


def prepare(folder: Path, testbed: Testbed) -> None:
    """Write the documents of ``testbed`` and the store as a finished apply leaves it."""
    documents = testbed.documents()
    (folder / "documents").mkdir(parents=True)
    for name, text in documents.items():
        (folder / "documents" / name).write_text(text)
    catalogue = load(documents, Limits.for_bytes(SITE_BYTES))
    experiment = catalogue.experiments[EXPERIMENT]
    store = open_store(folder / "state")
    store.begin(EXPERIMENT, "bench", None, "keep")
    allocations = store.allocations(EXPERIMENT)
    assignment = allocate(experiment, catalogue, allocations)
    resources = compile_experiment(experiment, catalogue, assignment, allocations).resources
    epoch = store.lock(EXPERIMENT, "run")
    store.prepare("run", Plan(steps={}, after={}, record=tuple(resources.values())))
    held = [(a.kind, a.name, r.spec) for a, r in resources.items() if isinstance(r.spec, (Reservation, Lease, Vlan))]
    store.leases.hold(EXPERIMENT, held, epoch)
    store.unlock(EXPERIMENT, "run")
    store.close()


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Testbed(vms=int(sys.argv[2]), hosts=int(sys.argv[3])))
