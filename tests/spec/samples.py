"""Documents that tests of specs start from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))


def texts(*patterns: str) -> Mapping[str, str]:
    """Files of the repository by their path in it."""
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern))
    return {str(file.relative_to(ROOT)): file.read_text() for file in files}


SITES = texts("reconciler/lab/default/*.yaml")
IMAGES = texts("specs/environments/*.yaml")
SOUND = """apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {name: sound}
spec:
  nodes:
    - {name: hosts, site: lille, count: 2, image: debian-xen}
  networks:
    - {name: lan, kind: local, sites: [lille]}
  vms:
    - {name: vm, count: 4, on: hosts, image: tiny, memory: 256MiB, networks: [lan]}
"""
