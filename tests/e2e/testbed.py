"""A lab and the command line, as a person at a terminal has them: every command is a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.failpoint import VARIABLE
from tests.e2e.devices import Devices, read_domains, run_on_host

ROOT = Path(__file__).parents[2]
QUICKSTART = ROOT / "examples" / "quickstart.yaml"
WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Testbed:
    """One state directory: the lab in it and the store beside it."""

    __test__ = False
    state: Path

    def run(self, *arguments: str | Path, dies_at: str = "") -> Ran:
        """Run ``reconciler …``; what hangs is a failure.  ``dies_at``: a failpoint, at which it ends as if killed."""
        environment = os.environ | {"RECONCILER_STATE_DIR": str(self.state), "PYTHONPATH": str(ROOT)}
        if dies_at:
            environment[VARIABLE] = f"{dies_at}:1=exit"
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            cwd=self.state,
            timeout=WITHIN_S,
            check=False,
        )
        assert "Traceback" not in done.stderr and "Warning" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: str | Path) -> Ran:
        """The same, for what has to succeed."""
        ran = self.run(*arguments)
        assert ran.code == 0, f"{' '.join(map(str, arguments))} exited {ran.code}:\n{ran.out}{ran.err}"
        return ran

    def apply(self, file: Path) -> dict[str, Any]:
        """Apply one experiment and take it to convergence; the run's own account of it."""
        return self.must("apply", "-f", file, "--yes", "-o", "json").data[0]

    def held(self, experiment: str) -> list[dict[str, str]]:
        """What is leased to it; what is in quarantine is nobody's any more."""
        rows = self.must("leases", "list", "-o", "json").data
        return [row for row in rows if row["experiment"] == experiment and row["state"] in ("reserved", "bound")]

    def break_(self, sort: str, device: str, fault: str, *arguments: str) -> None:
        self.must("lab", "break", sort, device, fault, *arguments)

    def mend(self) -> None:
        """End whatever is broken now."""
        for device in self._lab()["devices"]:
            if device["faults"]:
                self.break_(device["kind"], device["endpoint"], "clear")

    def drift(self) -> dict[str, Any]:
        """What ``drift`` says in JSON; its exit code has to say the same."""
        ran = self.run("drift", "-o", "json")
        assert ran.code == (2 if ran.data["drifted"] else 3 if ran.data["unknown"] else 0), ran
        return ran.data

    def is_settled(self, file: Path) -> bool:
        """Whether a plan made now has nothing to do."""
        return self.run("plan", "-f", file, "--detailed-exitcode").code == 0

    def xl(self, host: str, command: str) -> str:
        return self.by_hand(host, f"xl {command}\n")

    def by_hand(self, host: str, script: str) -> str:
        """Do something on a host behind the tool's back."""
        return run_on_host(self._lab(), self.state, host, script)

    def devices(self) -> Devices:
        """What is on every device that is not broken, asked of the devices themselves."""
        lab = self._lab()
        return Devices.of(lab, read_domains(lab, self.state))

    def groups(self) -> list[set[str]]:
        """The VMs that see each other, by domU name, largest group first."""
        found = [{vm["name"] for vm in group["vms"]} for group in self.must("lab", "reach", "-o", "json").data]
        return sorted((group for group in found if group), key=len, reverse=True)

    def _lab(self) -> dict[str, Any]:
        return self.must("lab", "status", "-o", "json").data
