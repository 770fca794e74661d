"""The conversation that is recorded: commands the driver sends, and what goes wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tests.live.xen.guest import Guest


@dataclass(frozen=True, slots=True)
class Ask:
    """A command whose answer is kept under ``name``."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class Do:
    """A script that has to succeed and is not kept."""

    script: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Step: TypeAlias = Ask | Do | Pause

A = Guest("exp-a", 1, address="10.77.1.1/24")
B = Guest("exp-b", 2, bridges=("xbr701", "xbr702"), address="10.77.1.2/24", maxmem_mib=192)
CRASHING = Guest("exp-a", 1, arguments=" sysrq_always_enabled", on_crash="preserve")
LINKS = "ip -d -j link show"


def _uplink(vlan: int) -> str:
    return "".join(
        f"ip link {words}\n"
        for words in (
            f"add link eth1 name eth1.{vlan} type vlan id {vlan}",
            f"add name xbr{vlan} type bridge",
            f"set dev eth1.{vlan} master xbr{vlan}",
            f"set dev eth1.{vlan} up",
            f"set dev xbr{vlan} up",
        )
    )


def _bad(name: str, guest: Guest) -> tuple[Step, ...]:
    """A create that must fail, and what is left of it."""
    return (
        Do(guest.written_to("/root/bad.cfg")),
        Ask(f"create-{name}", "xl create /root/bad.cfg"),
        Ask(f"create-{name}-after", "xl list"),
    )


STEPS: tuple[Step, ...] = (
    Ask("list-no-guest", "xl list"),
    Ask("list-v-no-guest", "xl list -v"),
    Ask("list-l-no-guest", "xl list -l"),
    Ask("links-bare", LINKS),
    Ask("fingerprint", "head -n 1 /etc/grid5000/release"),
    Ask("fingerprint-missing", "head -n 1 /etc/none/release"),
    Ask("link-add-no-uplink", "ip link add link eth9 name eth9.701 type vlan id 701"),
    Ask("link-add-uplink-down", "ip link add link eth1 name eth1.700 type vlan id 700"),
    Ask("link-up-uplink-down", "ip link set dev eth1.700 up"),
    Do("ip link del eth1.700\nip link set dev eth1 up\n"),
    Do(_uplink(701) + _uplink(702)),
    Ask("link-add-exists", "ip link add link eth1 name eth1.701 type vlan id 701"),
    Ask("link-add-vlan-taken", "ip link add link eth1 name other type vlan id 701"),
    Ask("bridge-add-exists", "ip link add name xbr701 type bridge"),
    Ask("bridge-add-long-name", "ip link add name xbr-name-too-long type bridge"),
    Ask("link-master-missing", "ip link set dev eth1.701 master xbr999"),
    Ask("link-up-missing", "ip link set dev eth1.999 up"),
    Ask("link-del-missing", "ip link del xbr999"),
    Ask("links-two-bridges", LINKS),
    Do(A.written_to("/root/a.cfg") + B.written_to("/root/b.cfg")),
    Ask("create", "xl create /root/a.cfg"),
    Do("xl create /root/b.cfg\n"),
    Pause(6),
    Ask("list-two-running", "xl list"),
    Ask("list-l-two-running", "xl list -l"),
    Ask("list-v-two-running", "xl list -v"),
    Ask("list-l-one", "xl list -l exp-a"),
    Ask("list-l-unknown", "xl list -l exp-z"),
    Ask("list-unknown", "xl list exp-z"),
    Ask("links-with-vifs", LINKS),
    Ask("domid", "xl domid exp-a"),
    Ask("domid-unknown", "xl domid exp-z"),
    Ask("network-list", "xl network-list exp-b"),
    Ask("create-name-exists", "xl create /root/a.cfg"),
    Ask("create-name-exists-after", "xl list"),
    Ask("create-no-file", "xl create /root/none.cfg"),
    *_bad("no-bridge", Guest("exp-c", 3, bridges=("xbr999",))),
    *_bad("no-kernel", Guest("exp-c", 3, kernel="/var/lib/xen/images/none")),
    *_bad("no-memory", Guest("exp-c", 3, memory_mib=4096)),
    *_bad("no-disk", Guest("exp-c", 3, more='disk = [ "/var/lib/none.img,raw,xvda,rw" ]')),
    *_bad("uuid-exists", Guest("exp-c", 1)),
    Ask("create-uuid-exists-after-v", "xl list -v"),
    Ask("create-uuid-exists-after-l", "xl list -l"),
    Do("xl destroy exp-c\n"),
    *_bad("syntax-error", Guest("exp-c", 3, more='vif = [ "mac=00')),
    *_bad("vif-hostile", Guest("exp-c", 3, bridges=("xbr701,script=/root/none",))),
    Ask("mem-set-down", "xl mem-set exp-a 112"),
    Pause(3),
    Ask("mem-set-down-after", "xl list"),
    Ask("mem-set-down-after-l", "xl list -l exp-a"),
    Ask("mem-set-up", "xl mem-set exp-a 128"),
    Pause(3),
    Ask("mem-set-up-after", "xl list"),
    Ask("mem-set-beyond-maxmem", "xl mem-set exp-a 160"),
    Pause(2),
    Ask("mem-set-beyond-maxmem-after", "xl list"),
    Ask("mem-set-up-to-maxmem", "xl mem-set exp-b 192"),
    Pause(3),
    Ask("mem-set-up-to-maxmem-after", "xl list"),
    Ask("mem-set-up-to-maxmem-after-l", "xl list -l exp-b"),
    Ask("mem-set-unknown", "xl mem-set exp-z 128"),
    Ask("vcpu-set-beyond-maximum", "xl vcpu-set --ignore-host exp-a 2"),
    Ask("network-attach", "xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr702"),
    Ask("network-attach-after-l", "xl list -l exp-a"),
    Ask("network-attach-list", "xl network-list exp-a"),
    Ask("network-detach", "xl network-detach exp-a 00:16:3e:00:01:01"),
    Ask("network-detach-after-l", "xl list -l exp-a"),
    Ask("network-attach-no-bridge", "xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr999"),
    Ask("network-attach-no-bridge-after-l", "xl list -l exp-a"),
    Ask("network-detach-broken", "xl network-detach exp-a 00:16:3e:00:01:01"),
    Ask("network-detach-broken-after-l", "xl list -l exp-a"),
    Ask("network-detach-unknown", "xl network-detach exp-a 00:16:3e:99:99:99"),
    Ask("pause", "xl pause exp-a"),
    Ask("list-paused", "xl list"),
    Ask("list-v-paused", "xl list -v"),
    Ask("list-l-paused", "xl list -l"),
    Ask("mem-set-paused", "xl mem-set exp-a 112"),
    Pause(2),
    Ask("mem-set-paused-after", "xl list"),
    Ask("mem-set-paused-after-l", "xl list -l exp-a"),
    Ask("unpause", "xl unpause exp-a"),
    Pause(3),
    Ask("unpause-after", "xl list"),
    Ask("unpause-running", "xl unpause exp-a"),
    Ask("rename", "xl rename exp-a exp-aa"),
    Ask("rename-after-l", "xl list -l exp-aa"),
    Do("xl rename exp-aa exp-a\n"),
    Ask("rename-exists", "xl rename exp-a exp-b"),
    Ask("destroy-unknown", "xl destroy exp-z"),
    # xenconsoled stopped still maps a page of the guest, so the hypervisor cannot let the domain go
    Do("kill -STOP $(cat /run/xenconsoled.pid)\n"),
    Ask("destroy-held", "xl destroy exp-b"),
    Ask("list-zombie", "xl list"),
    Ask("list-l-zombie", "xl list -l"),
    Ask("list-v-zombie", "xl list -v"),
    Do("kill -CONT $(cat /run/xenconsoled.pid)\n"),
    Pause(2),
    Ask("list-zombie-gone", "xl list"),
    Ask("shutdown", "xl shutdown -w exp-a"),
    Ask("shutdown-after", "xl list"),
    Ask("shutdown-after-v", "xl list -v"),
    Pause(3),
    Ask("shutdown-later", "xl list"),
    Do(CRASHING.written_to("/root/a.cfg") + "xl create /root/a.cfg\n"),
    Pause(6),
    Do("xl sysrq exp-a c\n"),
    Pause(4),
    Ask("list-crashed", "xl list"),
    Ask("list-v-crashed", "xl list -v"),
    Ask("list-l-crashed", "xl list -l"),
    Ask("mem-set-crashed", "xl mem-set exp-a 112"),
    Ask("destroy", "xl destroy exp-a"),
    Ask("list-after", "xl list"),
    Ask("lock-held", "flock /run/x.lock flock -w 1 /run/x.lock true"),
    Ask("bridge-del", "ip link del xbr701"),
    Ask("uplink-del", "ip link del eth1.701"),
    Ask("create-help", "xl create"),
    Ask("verb-unknown", "xl frobnicate"),
    Ask("command-unknown", "frobnicate now"),
)
