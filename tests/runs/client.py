"""A client without a terminal: a process that does everything with an experiment through `runs`, and nothing else.

Called with a state directory in which a lab runs and with a file for what it found out.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from reconciler.model.errors import Refused
from reconciler.runs.context import Context
from reconciler.runs.lock import RunOptions
from reconciler.runs.proposal import Approval, apply, destroy, propose_apply
from reconciler.runs.spec_watcher import Texts
from reconciler.runs.status import status_of
from reconciler.runs.survey import drift, plan
from reconciler.runs.vms import vms_of
from reconciler.runs.watch import Reconciled, Watch, WatchReport
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.limits import Limits
from reconciler.spec.load import load
from reconciler.store.store import Store
from reconciler.wiring import SITE_BYTES, lab_site_texts, open_context, open_store

IMAGES = Path(__file__).parents[2] / "specs" / "environments"


def document(vms: int) -> str:
    return f"""\
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {{name: unattended}}
spec:
  nodes:
    - {{name: hosts, site: lille, count: 1, image: debian-xen}}
  networks:
    - {{name: lan, kind: local, sites: [lille]}}
  vms:
    - {{name: vm, count: {vms}, on: hosts, image: tiny, memory: 128MiB, networks: [lan]}}
"""


@dataclass(slots=True)
class Workspace:
    """Documents in memory, on the lab of one state directory."""

    state: Path
    texts: dict[str, str] = field(default_factory=dict)

    def read(self) -> Texts:
        return dict(self.texts)

    def check(self, texts: Texts) -> Catalogue:
        return load(self._whole(texts), Limits.for_bytes(SITE_BYTES))

    @contextmanager
    def open(self, texts: Texts) -> Iterator[Context]:
        with open_context(self.state, self.check(texts), self._whole(texts)) as context:
            yield context

    def open_store(self) -> Store:
        return open_store(self.state)

    def _whole(self, texts: Texts) -> Mapping[str, str]:
        images = {str(file): file.read_text() for file in sorted(IMAGES.glob("*.yaml"))}
        return {**images, **lab_site_texts(self.state), **texts}


def opened(workspace: Workspace) -> AbstractContextManager[Context]:
    return workspace.open(workspace.texts)


def look_and_apply(workspace: Workspace) -> dict[str, Any]:
    told: Counter[str] = Counter()
    with opened(workspace) as context:
        experiment = context.catalogue.experiments["unattended"]
        found: dict[str, Any] = {"planned": len(plan(context, experiment).plan.steps)}
        with propose_apply(context, experiment, RunOptions(), lambda _: None) as proposal:
            found["held"] = [row.experiment for row in context.store.locks()]
            try:
                proposal.carry_out(Approval.DENIED)
            except Refused as error:
                found["denied"] = str(error)
        with propose_apply(
            context, experiment, RunOptions(timeout_s=60), lambda report: told.update([type(report).__name__])
        ) as proposal:
            found["applied"] = proposal.carry_out(Approval.GIVEN).ending
        again = apply(context, experiment)
        found |= {"told": told, "again": [again.ending, again.finished is None]}
        found["drift"] = len(drift(context).drifted)
        status = status_of(context, "unattended")
        found["ready"] = {c.type: c.status for c in status.conditions}["Ready"]
        found["domains"] = status.resources["domain"]
        found["vms"] = [(vm.name, vm.state) for vm in vms_of(context, "unattended")]
    return found


def watch(workspace: Workspace) -> dict[str, Any]:
    """Until a change of the documents was applied; then a broken document, which changes nothing."""
    stop, told = Event(), list[WatchReport]()
    with closing(Watch(workspace, 3600, told.append, stop)) as watching:
        while watching.look():
            pass
        workspace.texts["e.yaml"] = document(3)
        while watching.look():
            pass
        workspace.texts["e.yaml"] = "kind: Experiment"
        watching.look()
        stop.set()
        ended = watching.ending
    runs = [(one.result.ending, one.changed) for one in told if isinstance(one, Reconciled)]
    return {"watched": runs, "kept": type(told[-1]).__name__, "ending": ended}


def take_down(workspace: Workspace) -> dict[str, Any]:
    workspace.texts["e.yaml"] = document(3)
    with opened(workspace) as context:
        destroyed = destroy(context, "unattended")
        left = [row for row in context.store.leases.rows("unattended") if row.state in ("reserved", "bound")]
        return {"destroyed": destroyed.ending, "held after": len(left), "locks": len(context.store.locks())}


def main(state: Path) -> dict[str, Any]:
    sys.stdin = sys.stdout = sys.stderr = None  # type: ignore[assignment]  # nobody is there
    workspace = Workspace(state, {"e.yaml": document(2)})
    found = look_and_apply(workspace) | watch(workspace) | take_down(workspace)
    return found | {"loaded": sorted({"click", "rich", "reconciler.cli"} & sys.modules.keys())}


if __name__ == "__main__":
    try:
        answer = main(Path(sys.argv[1]))
    except BaseException:
        answer = {"broke": traceback.format_exc()}
    Path(sys.argv[2]).write_text(json.dumps(answer, default=str))
