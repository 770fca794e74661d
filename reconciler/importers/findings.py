"""What an inventory gets wrong, collected while it is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from reconciler.model.diagnostic import Diagnostic, Severity, Span

INVENTED = "I901"
CODES = {
    "I101": "files that are not readable JSON objects",
    "I102": "values of another type than they should have",
    "I103": "values that cannot be what they are said to be",
    "I201": "nodes without any Ethernet interface",
    "I202": "nodes without an enabled Ethernet interface",
    "I203": "nodes without a memory size",
    "I204": "nodes without a number of cores",
    "I205": "nodes whose switch port is not known",
    "I206": "nodes without an interface that the site's VLAN service may move",
    "I207": "interface names too long to carry a VLAN",
    "I301": "MAC addresses claimed twice",
    "I302": "IP addresses claimed twice",
    "I303": "switch ports claimed twice",
    "I401": "switches that are named and not described",
    "I402": "cables to equipment that is not described",
    "I403": "cables that the two ends describe differently",
    "I404": "cables that close a ring",
    "I405": "switches that no cable joins to the others",
    "I406": "switch and node files that contradict each other",
    "I407": "ports that are said to be both an uplink and a node's",
    "I501": "address spaces that are not in the tree",
    "I502": "address ranges that contradict each other",
    "I503": "VLAN ids that are not in the tree",
    "I601": "sites without nodes",
    INVENTED: "things invented because you asked for them",
}
"""Every code we give, and what it is about (in the plural, for the summary)."""


class Findings:
    """Diagnostics in the order they were found, each a warning."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def add(self, code: str, summary: str, span: Span | None = None, hint: str = "") -> None:
        if code not in CODES:
            raise ValueError(f"unknown finding code {code}")
        self._found.append(Diagnostic(code, summary, span, hint, Severity.WARNING))

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Each once: two readers may trip over the same value."""
        return tuple(dict.fromkeys(self._found))


def count_codes(findings: Iterable[Diagnostic]) -> tuple[tuple[str, int], ...]:
    """How often each code was given, by code."""
    return tuple(sorted(Counter(finding.code for finding in findings).items()))


def as_errors(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """All as errors but what was invented on request: that is no fault of the data."""
    return tuple(f if f.code == INVENTED else replace(f, severity=Severity.ERROR) for f in findings)
