"""``python -m tests.simulation.planted``: hunt for every planted error, and write the table in docs/simulation.md."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from tests.simulation.planted.hunt import RECORDED, Catch, hunt_all

PAGE = Path(__file__).parents[3] / "docs" / "simulation.md"
BEGIN, END = "<!-- planted errors: begin -->", "<!-- planted errors: end -->"


def main() -> int:
    catches = []
    for catch in hunt_all(tuple(sys.argv[1:])):
        catches.append(catch)
        found = f"seed {catch.seed}, {catch.seeds} seeds, {catch.cpu_s:.1f} s" if catch.violation else "NOT CAUGHT"
        print(f"{catch.error.name}: {found} {catch.violation[:100]}", flush=True)
    if not sys.argv[1:]:
        write(catches)
    return 0 if all(catch.violation for catch in catches) else 1


def write(catches: list[Catch]) -> None:
    seeds = {catch.error.name: catch.seed for catch in catches if catch.seed is not None}
    RECORDED.write_text(json.dumps(seeds, indent=1) + "\n", encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(catches)}\n{END}{after}", encoding="utf-8")


def table(catches: list[Catch]) -> str:
    lines = ["| Error | What is wrong | Scenario | Seeds | Seconds | Caught as |", "|---|---|---|---:|---:|---|"]
    for catch in catches:
        error, rule = catch.error, catch.violation.partition(":")[0] or "**not caught**"
        cells = (error.name, error.what, error.scene, str(catch.seeds), f"{catch.cpu_s:.1f}", rule)
        lines.append(f"| {' | '.join(cells)} |")
    median = statistics.median(catch.seeds for catch in catches)
    caught = sum(bool(catch.violation) for catch in catches)
    lines += ["", f"{caught} of {len(catches)} are caught; the median takes {median:g} seeds."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
