"""Which adapters become interfaces, and which of them experiments may use."""

from __future__ import annotations

from tests.importers.g5k.trees import TreeOnDisk, adapter, codes, findings, interfaces, node


def test_the_only_adapter_is_for_experiments_since_the_node_is_moved_as_a_whole(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0")]))
    found = interfaces(tree.run())
    assert not found["eth0"].management
    assert (found["eth0"].switch, found["eth0"].port) == ("sw-1", "1/1/1")


def test_with_a_second_one_the_first_is_the_way_to_the_node(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0"), adapter("eth1")]))
    found = interfaces(tree.run())
    assert (found["eth0"].management, found["eth1"].management) == (True, False)


def test_the_way_to_the_node_is_the_mounted_adapter_wherever_it_stands(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", mounted=False), adapter("eth1", mounted=True)]))
    found = interfaces(tree.run())
    assert (found["eth0"].management, found["eth1"].management) == (False, True)


def test_a_second_adapter_without_a_cable_frees_nothing(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0"), adapter("eth1", switch=..., switch_port=...)]))
    assert not interfaces(tree.run())["eth0"].management


def test_an_adapter_that_the_vlan_service_leaves_alone_is_never_touched(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", kavlan=False)]))
    imported = tree.run()
    assert interfaces(imported)["eth0"].management
    assert "para-1" in findings(imported, "I206")[0].summary


def test_board_management_and_disabled_and_foreign_adapters_are_left_out(tree: TreeOnDisk) -> None:
    others = [
        adapter("eth1", mountable=False, enabled=False),
        adapter("eth2", management=True, mountable=False),
        adapter("eth3", interface="InfiniBand"),
    ]
    tree.add_nodes(node(adapters=[adapter("eth0"), *others]))
    assert list(interfaces(tree.run())) == ["eth0"]


def test_adapters_of_2010_are_named_by_their_place_among_the_ethernet_ones(tree: TreeOnDisk) -> None:
    old = {"interface": "Ethernet", "enabled": True, "switch": "gw"}
    myrinet = {"interface": "Myrinet 10G", "enabled": True, "ip": "172.16.9.9"}
    adapters = [
        {**old, "switch_port": "Gi2/1", "network_address": "para-1.rennes.x"},
        myrinet,
        {**old, "switch_port": "Gi2/2"},
    ]
    tree.add_nodes(node(adapters=adapters))
    found = interfaces(tree.run())
    assert [(name, i.port, i.management) for name, i in found.items()] == [
        ("eth0", "Gi2/1", True),
        ("eth1", "Gi2/2", False),
    ]


def test_a_bridged_adapter_names_its_bridge_and_others_get_the_one_asked_for(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", bridged=True), adapter("eth1")]))
    assert [i.bridge for i in interfaces(tree.run()).values()] == ["br0", None]
    assert [i.bridge for i in interfaces(tree.run(bridge="xenbr0")).values()] == ["br0", "xenbr0"]


def test_a_node_without_a_switch_port_is_named(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", switch_port=None)]))
    imported = tree.run()
    told = findings(imported, "I205")
    assert "para-1: eth0 is on sw-1, at which port is not known" in told[0].summary
    # A switch without a port would be no cable.
    assert (interfaces(imported)["eth0"].switch, interfaces(imported)["eth0"].port) == (None, None)


def test_a_node_without_ethernet_is_written_without_interfaces(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", interface="Myri-2000")]))
    imported = tree.run()
    assert interfaces(imported) == {}
    assert codes(imported) & {"I201", "I202"} == {"I201"}


def test_a_node_whose_ethernet_is_switched_off_is_told_apart(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", enabled=False)]))
    imported = tree.run()
    assert interfaces(imported) == {}
    assert codes(imported) & {"I201", "I202"} == {"I202"}


def test_values_that_cannot_be_true_are_left_out_one_by_one(tree: TreeOnDisk) -> None:
    wrong = {"mac": "00:E0:81:B2:C4:BO", "ip": "172.16.300.1", "switch_port": "1;reboot"}
    tree.add_nodes(node(adapters=[adapter("eth0", **wrong)]))
    imported = tree.run()
    found = interfaces(imported)["eth0"]
    assert (found.mac, found.ip, found.port) == (None, None, None)
    assert len(findings(imported, "I103")) == 3


def test_a_group_address_is_no_cards_address(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", mac="01:01:01:01:01:01")]))
    imported = tree.run()
    assert interfaces(imported)["eth0"].mac is None
    assert "no unicast address" in findings(imported, "I103")[0].summary


def test_a_device_name_too_long_for_a_vlan_gives_way_to_its_place(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[{**adapter("eth0"), "device": "enP1p1s0f1np1"}]))
    imported = tree.run()
    assert list(interfaces(imported)) == ["eth0"]
    assert "I207" in codes(imported)


def test_port_names_with_a_blank_stay_as_the_switch_says_them(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(adapters=[adapter("eth0", switch_port="TenGigabitEthernet 1/53/2")]))
    assert interfaces(tree.run())["eth0"].port == "TenGigabitEthernet 1/53/2"
