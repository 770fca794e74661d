"""A host's life: boots, faults, state, where guests come out."""

from __future__ import annotations

import asyncio
import json

import pytest

from reconciler.lab.host.vifs import Vif
from tests.lab.host.nodes import PLAIN, bridge, create, make_host, run, run_later

UUID = "00000000-0000-4000-8000-{:012x}"


def busy_host(**changes):
    host = make_host(**changes)
    run(host, f"{bridge(701)}\n{create('exp-a', 1)}{create('exp-b', 2)}")
    return host


def names(host) -> list[str]:
    return [domain.config.name for domain in host.domains]


def test_a_new_image_leaves_nothing_of_before():
    host = busy_host()
    before = host.boot_id
    host.boot(PLAIN)
    assert (names(host), host.files.written, host.boot_id != before) == ([], (), True)
    assert [link.name for link in host.links] == ["lo", "eth0", "eth1"]


def test_a_reboot_keeps_files_and_loses_guests_links_and_run():
    host = busy_host()
    run(host, "echo x > /run/x\n")
    host.reboot()
    assert (names(host), host.files.written) == ([], ("/root/exp-a.cfg", "/root/exp-b.cfg"))
    assert host.links.get("xbr701") is None


def test_a_script_dies_with_its_host():
    from reconciler.lab.host.host import PowerLost

    async def main() -> None:
        host = make_host(pace=1.0)
        task = asyncio.create_task(run_later(host, "xl list\n" * 100))
        await asyncio.sleep(0.01)
        host.reboot()
        with pytest.raises(PowerLost):
            await task

    asyncio.run(main())


def test_a_booting_host_does_not_answer():
    host = make_host(pace=10.0)
    host.boot(PLAIN)
    assert not host.answering
    host.now.seconds += 60
    assert host.answering
    host.set_power(False)
    host.now.seconds += 60
    assert not host.answering


def test_everything_survives_a_dump_and_a_load():
    host = busy_host()
    run(host, "xl pause exp-b\nxl mem-set exp-a 100\n")
    host.break_("truncate", count=2)
    other = make_host()
    other.now.seconds = 5.0
    other.load(host.dump())
    assert json.loads(other.dump()) == json.loads(host.dump())
    assert run(other, "xl list -l\n").out == run(host, "xl list -l\n").out
    assert run(other, "ip -d -j link show\n").out == run(host, "ip -d -j link show\n").out


def test_guests_come_out_of_the_uplink_of_their_bridge_with_its_tag():
    host = busy_host()
    assert host.vifs() == tuple(
        Vif(name, UUID.format(number), f"00:16:3e:00:00:0{number}", "xbr701", "eth1", 701)
        for name, number in (("exp-a", 1), ("exp-b", 2))
    )


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("ip link set dev eth1.701 down", [("exp-a", None), ("exp-b", None)]),
        ("ip link set dev eth1 down", [("exp-a", None), ("exp-b", None)]),
        ("ip link set dev xbr701 down", []),
        ("ip link del xbr701", []),
        ("xl pause exp-a", [("exp-b", "eth1")]),
        ("xl destroy exp-b", [("exp-a", "eth1")]),
    ],
)
def test_what_is_down_reaches_nobody(script, expected):
    host = busy_host()
    run(host, script)
    assert [(vif.domain, vif.uplink) for vif in host.vifs()] == expected


def test_the_bridge_of_an_image_is_untagged():
    host = make_host(interfaces=(("eth0", "52:54:00:77:01:01", "xenbr0"),))
    run(host, create("exp-a", 1, vifs=("xenbr0",)))
    assert [(vif.uplink, vif.vlan) for vif in host.vifs()] == [("eth0", None)]


def test_a_bridge_made_again_has_lost_its_guests():
    host = busy_host()
    run(host, "ip link del xbr701\nip link del eth1.701\n" + bridge(701))
    assert host.vifs() == ()


@pytest.mark.parametrize(
    ("action", "left"), [("destroy", []), ("preserve", [("exp-a", 1, "---sc-")]), ("restart", [("exp-a", 2, "IDLE")])]
)
def test_a_crash_does_what_the_configuration_says(action, left):
    host = make_host()
    script = create("exp-a", 1, more=f'on_crash = "{action}"\n')
    run(host, f"{bridge(701)}\n{script}")
    host.break_("crash-domain", "exp-a")
    rows = [line.split() for line in run(host, "xl list\n").out.splitlines()[2:]]
    states = [(row[0], int(row[1]), "IDLE" if row[4] in ("-b----", "------") else row[4]) for row in rows]
    assert states == left


def test_a_killed_domain_is_gone_with_its_links():
    host = busy_host()
    host.break_("kill-domain", "exp-a")
    assert (names(host), host.links.get("vif1.0")) == (["exp-b"], None)


def test_a_zombie_keeps_its_name_free_and_its_interface():
    host = busy_host()
    host.break_("zombie", "exp-a")
    assert run(host, "xl domid exp-a\n").status == 1
    assert host.links.get("vif1.0") is not None
    assert run(host, create("exp-a", 3)).status == 0


def test_a_swapped_image_is_there_at_once_and_nobody_was_told():
    host = busy_host()
    host.break_("swap-image", "debian-min")
    assert run(host, "head -n 1 /etc/grid5000/release\n").out == "debian-min-2\n"


@pytest.mark.parametrize("kind", ["truncate", "garbage", "partial-list"])
def test_a_spoiled_list_exits_0_and_is_no_json(kind):
    host = busy_host()
    host.break_(kind, count=1)
    ran = run(host, "xl list -l\n")
    assert ran.status == 0
    with pytest.raises(ValueError):
        json.loads(ran.out)
    assert len(json.loads(run(host, "xl list -l\n").out)) == 3


def test_a_partial_list_leaves_out_half_of_the_guests():
    host = busy_host()
    host.break_("partial-list", count=1)
    out = run(host, "xl list -l\n").out
    assert [entry["domid"] for entry in json.loads(out.partition("\n")[2])] == [0, 1]


def test_create_fails_as_often_as_told():
    host = make_host()
    run(host, bridge(701))
    host.break_("create-fails", count=1)
    assert [run(host, create("exp-a", 1)).status for _ in range(2)] == [3, 0]


def test_an_unknown_fault_names_the_known_ones():
    with pytest.raises(ValueError, match="kill-domain"):
        make_host().break_("explode")
    with pytest.raises(ValueError, match="exp-b"):
        busy_host().break_("kill-domain", "exp-z")


def test_memory_is_given_out_once():
    host = make_host(memory_mib=1536)
    run(host, bridge(701))
    made = [run(host, create(f"exp-{number}", number)).status for number in range(1, 12)]
    assert made == [0] * 8 + [3] * 3


def test_an_unmodified_guest_needs_the_hardware():
    more = 'type = "hvm"\n'
    for hvm, status in ((False, 3), (True, 0)):
        host = make_host(hvm=hvm)
        run(host, bridge(701))
        assert run(host, create("exp-a", 1, more=more)).status == status


def test_a_created_domain_keeps_the_lock_unless_it_was_told_not_to():
    def locks(ending: str) -> int:
        host = make_host()
        run(host, bridge(701))
        script = create("exp-a", 1).replace("xl create /root/exp-a.cfg", f"xl create /root/exp-a.cfg{ending}")
        run(host, f"exec 9> /run/l\nflock -n 9\n{script}")
        held = run(host, "exec 9> /run/l\nflock -n 9\n").status
        host.break_("kill-domain", "exp-a")
        assert run(host, "exec 9> /run/l\nflock -n 9\n").status == 0
        return held

    assert (locks(""), locks(" 9> /dev/null")) == (1, 0)


def test_memory_follows_a_moment_later():
    host = busy_host()
    host.pace.scale = 1.0
    run(host, "xl mem-set exp-a 100\n")
    assert " 128 " in run(host, "xl list exp-a\n").out
    host.now.seconds += 1
    assert " 100 " in run(host, "xl list exp-a\n").out


def test_reading_counts_as_no_change():
    host = busy_host()
    changes = host.counters.mutating
    run(host, "xl list\nxl list -l\nxl domid exp-a\nxl info\nxl create -n /root/exp-a.cfg\n")
    run(host, "ip -d -j link show\nxl network-list exp-a\n")
    assert host.counters.mutating == changes
    assert host.counters.xl_by_verb["list"] == 2


def test_every_change_is_told():
    told: list[int] = []
    host = make_host()
    host.on_change = lambda: told.append(len(host.vifs()))
    run(host, f"{bridge(701)}\n{create('exp-a', 1)}")
    assert told[-1] == 1
    host.break_("kill-domain", "exp-a")
    assert told[-1] == 0


def test_the_same_seed_draws_the_same_chances():
    def random_domain(seed: int) -> str:
        host = make_host(seed=seed)
        config = 'name = "a"\nkernel = "/boot/k"\nvif = [ "bridge=xbr701" ]\n'
        run(host, f"{bridge(701)}\ncat > /root/a <<'XR_END'\n{config}XR_END\nxl create /root/a\n")
        (domain,) = host.domains
        return f"{domain.config.uuid} {domain.config.nics[0].mac}"

    assert random_domain(1) == random_domain(1) != random_domain(2)
