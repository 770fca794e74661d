"""The small shell of docs/design.md, in the real ``/bin/sh``: what our scripts assume of a host holds on one."""

from __future__ import annotations

import json
import threading

from tests.live.xen.guest import Guest
from tests.live.xen.node import Node
from tests.live.xen.rootfs import FINGERPRINT

OBSERVATION = """\
exec 9> /run/reconciler.lock
flock -w 60 9 || exit 75
echo '#host 0'
head -n 1 '/etc/grid5000/release'
echo "#status $?"
echo '#host 1'
head -n 1 '/etc/none/release'
echo "#status $?"
echo '#list'
xl list
echo "#status $?"
echo '#domains'
xl list -l
echo "#status $?"
echo '#links'
ip -d -j link show
echo "#status $?"
echo '#end'
"""


def sections(text: str) -> dict[str, tuple[str, int]]:
    """Text and status of each section; the script must have come to its end."""
    assert text.endswith("#end\n")
    found = {}
    for part in text.removesuffix("#end\n").split("\n#status "):
        if "#" in part:
            name, _, body = part[part.index("#") + 1 :].partition("\n")
            found[name] = body
    statuses = [int(line.split()[1]) for line in text.splitlines() if line.startswith("#status ")]
    return dict(zip(found, zip(found.values(), statuses, strict=True), strict=True))


def test_an_observation_answers_every_question_in_its_own_section(node: Node) -> None:
    reply = node.run(OBSERVATION)
    answers = sections(reply.stdout)
    assert reply.status == 0
    assert answers["host 0"] == (FINGERPRINT, 0)
    assert answers["host 1"][1] == 1
    assert answers["list"][0].splitlines()[1].startswith("Domain-0")
    assert json.loads(answers["domains"][0])[0]["domid"] == 0
    assert {"lo", "eth0", "eth1"} <= {link["ifname"] for link in json.loads(answers["links"][0])}


def test_a_batch_makes_a_bridge_and_a_guest_and_says_how_each_step_ended(node: Node) -> None:
    guest = Guest("exp-0", 9, bridges=("xbr709",), address="10.77.9.1/24")
    batch = f"""\
exec 9> /run/reconciler.lock
flock -w 60 9 || exit 75
mkdir -p /run/reconciler
echo '#step 0'
ip link add link 'eth1' name 'eth1.709' type vlan id '709' 2>&1 || true
ip link add name 'xbr709' type bridge 2>&1 || true
ip link set dev 'eth1.709' master 'xbr709' 2>&1 && ip link set dev 'eth1' up 2>&1 || exit 18
ip link set dev 'eth1.709' up 2>&1 && ip link set dev 'xbr709' up 2>&1 || exit 18
echo "#status $?"
echo '#step 1'
cat > '/run/reconciler/exp-0.cfg' <<'XR_END' && xl create '/run/reconciler/exp-0.cfg' 9> /dev/null 2>&1
{guest.render()}XR_END
echo "#status $?"
echo '#step 2'
xl destroy 'exp-none' 2>&1
echo "#status $?"
echo '#list'
xl list
echo "#status $?"
echo '#end'
"""
    try:
        answers = sections(node.run(batch).stdout)
        assert answers["step 0"] == ("", 0)
        assert answers["step 1"] == ("Parsing config from /run/reconciler/exp-0.cfg", 0)
        assert answers["step 2"] == ("exp-none is an invalid domain identifier (rc=-6)", 1)
        assert "exp-0 " in answers["list"][0]
        assert node.run("flock -n /run/reconciler.lock true\n").status == 0, "xl, staying behind, keeps the host's lock"
    finally:
        node.run("xl destroy exp-0\nip link del xbr709\nip link del eth1.709\nip link set dev eth1 down\n")


def test_a_script_waits_for_the_one_that_holds_the_lock(node: Node) -> None:
    holder = threading.Thread(target=node.run, args=("exec 9> /run/x.lock\nflock 9\necho x > /run/held\nsleep 3\n",))
    holder.start()
    try:
        waiting = "until test -e /run/held; do sleep 0.1; done\nexec 9> /run/x.lock\nflock -n 9 || echo busy\n"
        reply = node.run(f"{waiting}flock -w 30 9 || exit 75\necho free\n")
    finally:
        holder.join()
    assert (reply.stdout, reply.status) == ("busy\nfree\n", 0)


def test_a_sparse_copy_of_a_disk_takes_no_room(node: Node) -> None:
    script = "truncate -s 64M /run/base.img\ncp --sparse=always /run/base.img /run/copy.img\n"
    sizes = "stat -c '%s %b' /run/copy.img\nrm -f /run/base.img /run/copy.img\n"
    assert node.run(script + sizes).stdout == f"{64 * 1024 * 1024} 0\n"


def test_a_script_that_breaks_off_inside_a_quoted_word_runs_nothing_of_that_line(node: Node) -> None:
    reply = node.run("echo '#begun'\necho one && echo 'tw")
    assert reply.stdout == "#begun\n"
    assert reply.status != 0
