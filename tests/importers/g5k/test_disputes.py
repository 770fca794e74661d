"""Two that claim the same address or port: neither gets it."""

from __future__ import annotations

from reconciler.spec.load import examine
from tests.importers.g5k.trees import TreeOnDisk, adapter, findings, node, only_site


def test_a_mac_claimed_twice_goes_to_nobody_whatever_its_case(tree: TreeOnDisk) -> None:
    macs = ["EC:F4:BB:00:00:09", "ec:f4:bb:00:00:09"]
    tree.add_nodes(*(node(n, [adapter(number=n, mac=mac)]) for n, mac in enumerate(macs, 1)))
    imported = tree.run()
    assert [found.interfaces[0].mac for found in only_site(imported).spec.nodes] == [None, None]
    told = findings(imported, "I301")[0]
    assert "para-1.rennes eth0, para-2.rennes eth0" in told.summary
    assert told.span is not None and told.span.file.endswith("para-2.json")


def test_an_address_claimed_by_an_adapter_that_is_not_imported_is_disputed_too(tree: TreeOnDisk) -> None:
    other = adapter("eth1", interface="Myrinet 10G", ip="172.16.0.1")
    tree.add_nodes(node(1, [adapter(ip="172.16.0.1"), other]))
    imported = tree.run()
    assert only_site(imported).spec.nodes[0].interfaces[0].ip is None
    assert findings(imported, "I302")


def test_a_port_claimed_twice_is_nobodys_cable(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1), node(2, [adapter(number=2, switch_port="1/1/1")]), node(3))
    imported = tree.run()
    assert [found.interfaces[0].port for found in only_site(imported).spec.nodes] == [None, None, "1/1/3"]
    assert "port 1/1/1 of switch sw-1.rennes" in findings(imported, "I303")[0].summary


def test_the_same_port_name_at_another_site_is_another_port(tree: TreeOnDisk) -> None:
    tree.add_site("nancy", {"uid": "nancy", "g5ksubnet": {"network": "10.144.0.0/14"}})
    tree.add_nodes(node(1))
    tree.add_nodes(
        node(1, [adapter(number=1, mac="ec:f4:bb:00:00:77", ip="172.16.64.1")], uid="gros-1"),
        site="nancy",
        cluster="gros",
    )
    imported = tree.run()
    assert not findings(imported, "I303")
    assert all(item.site.spec.nodes[0].interfaces[0].port == "1/1/1" for item in imported.sites)


def test_many_claimants_are_counted_and_the_documents_are_valid(tree: TreeOnDisk) -> None:
    tree.add_nodes(*(node(n, [adapter(number=n, mac="02:00:00:00:00:02")]) for n in range(1, 10)))
    imported = tree.run()
    assert "and 5 more" in findings(imported, "I301")[0].summary
    assert examine({item.name: item.text for item in imported.sites}).catalogue is not None
