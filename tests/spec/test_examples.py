"""Every example, and the tree in `specs/`, is valid as it is."""

from __future__ import annotations

import pytest

from reconciler.spec.load import examine, load
from tests.spec.samples import IMAGES, ROOT, SITES, texts

EXAMPLES = texts("examples/*.yaml")


@pytest.mark.parametrize("file", sorted(EXAMPLES))
def test_an_example_is_valid_with_the_default_sites(file: str) -> None:
    images = {} if "quickstart" in file else IMAGES
    examination = examine({**SITES, **images, file: EXAMPLES[file]})
    assert examination.diagnostics == ()
    assert examination.catalogue is not None and examination.catalogue.experiments


@pytest.mark.parametrize("file", sorted(texts("examples/*.yaml", "specs/*/*.yaml")))
def test_the_first_line_tells_the_editor_the_schema(file: str) -> None:
    first = (ROOT / file).read_text().splitlines()[0]
    prefix, _, schema = first.partition("$schema=")
    assert prefix == "# yaml-language-server: " and ((ROOT / file).parent / schema).is_file()


def test_quickstart_has_8_nodes_and_24_vms_on_one_network_over_both_sites() -> None:
    spec = load({**SITES, "f": EXAMPLES["examples/quickstart.yaml"]}).experiments["quickstart"].spec
    assert sum(group.count or 0 for group in spec.nodes) == 8
    assert sum(vms.count or 0 for vms in spec.vms) == 24
    assert [(network.kind, network.sites) for network in spec.networks] == [("global", ("lille", "nancy"))]


def test_the_tree_in_specs_is_valid_as_one() -> None:
    examination = examine(texts("specs/*/*.yaml"))
    assert examination.diagnostics == ()
    assert examination.catalogue is not None and len(examination.catalogue.experiments) >= 2


def test_the_sites_in_specs_are_the_default_sites_of_the_lab() -> None:
    assert load(texts("specs/sites/*.yaml")).sites == load(SITES).sites
