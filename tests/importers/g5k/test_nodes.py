"""What becomes of a node's own description."""

from __future__ import annotations

import pytest

from tests.importers.g5k.trees import TreeOnDisk, codes, findings, node, only_node, only_site


def test_a_node_keeps_its_name_cluster_cores_and_memory(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    found = only_node(tree.run())
    assert (found.name, found.cluster, found.cores, found.memory, found.hvm) == ("para-1", "para", 16, 65536, True)


def test_the_cores_of_2010_are_read_from_smt_size(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(architecture={"smp_size": 2, "smt_size": 8}))
    assert only_node(tree.run()).cores == 8


@pytest.mark.parametrize(
    ("virtual", "hvm"), [("ivt", True), ("amd-v", True), (False, False), (None, False), (..., False), ("arm64", False)]
)
def test_hardware_virtualisation_follows_the_kind_that_is_said(tree: TreeOnDisk, virtual: object, hvm: bool) -> None:
    types = {"deploy": True} if virtual is ... else {"deploy": True, "virtual": virtual}
    tree.add_nodes(node(supported_job_types=types))
    imported = tree.run()
    assert only_node(imported).hvm is hvm
    assert not findings(imported, "I102") and not findings(imported, "I103")


def test_false_as_text_is_read_as_false_and_reported_where_it_stands(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(supported_job_types={"deploy": "false", "virtual": "false"}))
    imported = tree.run()
    assert (only_node(imported).hvm, only_node(imported).deployable) == (False, False)
    told = findings(imported, "I102")
    assert [finding.summary.split(";")[0] for finding in told] == [
        'para-1: virtual is "false" as text',
        "deploy is 'false'",
    ]
    lines = tree.root.joinpath("data/grid5000/sites/rennes/clusters/para/nodes/para-1.json").read_text().splitlines()
    for finding in told:
        assert finding.span is not None
        assert lines[finding.span.line - 1][finding.span.column - 1 :].startswith('"false"')


def test_an_unheard_of_virtualisation_is_false_and_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(supported_job_types={"virtual": "sgx"}))
    imported = tree.run()
    assert not only_node(imported).hvm
    assert "'sgx'" in findings(imported, "I103")[0].summary


@pytest.mark.parametrize(
    "memory", [{}, {"ram_size": None}, {"ram_size": 0}, {"ram_size": "8 GB"}, {"ram_size": 10**30}]
)
def test_missing_memory_is_reported_and_the_least_is_written(tree: TreeOnDisk, memory: dict[str, object]) -> None:
    tree.add_nodes(node(main_memory=memory))
    imported = tree.run()
    assert only_node(imported).memory == 1024
    assert "para-1" in findings(imported, "I203")[0].summary


def test_missing_cores_are_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(architecture={}))
    imported = tree.run()
    assert only_node(imported).cores == 1
    assert "I204" in codes(imported)


@pytest.mark.parametrize("name", ["", "para 1", "-x", "a\nb", 'x"; rm -rf /', "x" * 64, 7])
def test_a_node_that_cannot_be_named_is_left_out(tree: TreeOnDisk, name: object) -> None:
    tree.add_nodes(node(1, uid=name), node(2))
    imported = tree.run()
    assert [found.name for found in only_site(imported).spec.nodes] == ["para-2"]
    assert findings(imported, "I103")


def test_a_second_node_of_the_same_name_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1), node(2, uid="para-1"))
    imported = tree.run()
    assert only_node(imported).name == "para-1"
    assert "a second node called para-1" in findings(imported, "I103")[0].summary


def test_nodes_come_in_the_order_of_their_numbers(tree: TreeOnDisk) -> None:
    tree.add_nodes(*(node(number) for number in range(1, 12)))
    assert [found.name for found in only_site(tree.run()).spec.nodes] == [f"para-{n}" for n in range(1, 12)]
