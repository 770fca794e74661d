"""Makes Open vSwitch do what the NETCONF server's running configuration says: what silicon does in a real switch.

One way and level-triggered: on every event the whole of running is read and made so, in one OVSDB transaction.
It fails closed: a port that is not configured, or in a way that cannot be had here, is on no bridge.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree
from ncclient.manager import Manager

from tests.live.switch.netconfd import Netconfd
from tests.live.switch.ovs import OvsSwitch

NS = {
    "if": "http://openconfig.net/yang/interfaces",
    "eth": "http://openconfig.net/yang/interfaces/ethernet",
    "v": "http://openconfig.net/yang/vlan",
}
RESYNC_S = 10.0
"""Seldom: netconfd's own timers starve while a client polls it several times a second."""


@dataclass(frozen=True, slots=True)
class PortConfig:
    """How a port is set in Open vSwitch; ``tag``, ``trunks`` and ``cvlans`` are empty when they do not apply."""

    bridge: str
    vlan_mode: str
    tag: str = ""
    trunks: str = ""
    cvlans: str = ""

    def words(self, port: str) -> list[str]:
        """Set and clear every column, so that nothing of an earlier setting stays."""
        columns = {"tag": self.tag, "trunks": self.trunks, "cvlans": self.cvlans}
        words = ["--", "set", "Port", port, f"vlan_mode={self.vlan_mode}"]
        words += [f"{name}={value}" for name, value in columns.items() if value]
        words += ["other_config:qinq-ethtype=802.1ad"] if self.vlan_mode == "dot1q-tunnel" else []
        for name, value in columns.items():
            words += [] if value else ["--", "clear", "Port", port, name]
        return words


def read_settings(data: etree._Element, provider_ports: frozenset[str]) -> dict[str, PortConfig]:
    """Running, as Open vSwitch settings.  ``provider_ports`` lead to the backbone: their ids are S-VLANs."""
    settings: dict[str, PortConfig] = {}
    for interface in data.iterfind(".//if:interface", NS):
        name = str(interface.findtext("if:name", None, NS))
        if interface.findtext("if:config/if:enabled", "true", NS) == "true":
            setting = _tunnel(interface) or _switched(interface, "br-p" if name in provider_ports else "br-c")
            if setting is not None:
                settings[name] = setting
    return settings


def _tunnel(interface: etree._Element) -> PortConfig | None:
    """A port can push one S-tag only; with two it is in no tunnel at all, rather than in half of them."""
    found = []
    for vlan in interface.iterfind("if:subinterfaces/if:subinterface/v:vlan", NS):
        push = vlan.find("v:ingress-mapping/v:config", NS)
        c_vlans = [leaf.text or "" for leaf in vlan.iterfind("v:match/v:single-tagged-list/v:config/v:vlan-ids", NS)]
        if push is None or not c_vlans or push.findtext("v:vlan-stack-action", None, NS) != "PUSH":
            continue
        if str(push.findtext("v:tpid", "", NS)).endswith("TPID_0X88A8"):
            s_vlan = str(push.findtext("v:vlan-id", None, NS))
            found.append(PortConfig("br-p", "dot1q-tunnel", tag=s_vlan, cvlans=",".join(sorted(c_vlans, key=int))))
    return found[0] if len(found) == 1 else None


def _switched(interface: etree._Element, bridge: str) -> PortConfig | None:
    config = interface.find("eth:ethernet/v:switched-vlan/v:config", NS)
    if config is None:
        return None
    mode, access = config.findtext("v:interface-mode", None, NS), config.findtext("v:access-vlan", None, NS)
    if mode == "ACCESS" and access:
        return PortConfig(bridge, "access", tag=access)
    ids: set[int] = set()
    for leaf in config.iterfind("v:trunk-vlans", NS):
        first, _, last = str(leaf.text).partition("..")
        ids.update(range(int(first), int(last or first) + 1))
    if mode == "TRUNK" and ids:
        return PortConfig(bridge, "trunk", trunks=",".join(map(str, sorted(ids))))
    return None


class Agent(threading.Thread):
    def __init__(
        self, server: Netconfd, switch: OvsSwitch, ports: Sequence[str], provider_ports: Sequence[str]
    ) -> None:
        super().__init__(name=f"agent-{switch.namespace}")
        self._server, self._switch = server, switch
        self._ports, self._provider_ports = frozenset(ports), frozenset(provider_ports)
        self._ending = threading.Event()
        self._had_first = threading.Event()
        self.settings: dict[str, PortConfig] = {}
        self.history: list[dict[str, PortConfig]] = []
        self.error: Exception | None = None

    def settled(self, true: Callable[[dict[str, PortConfig]], bool], within_s: float = 10.0) -> bool:
        """Wait until the data plane is so; a commit returns some 10 ms before it is."""
        ends = time.monotonic() + within_s
        while not true(self.settings) and time.monotonic() < ends:
            time.sleep(0.005)
        return true(self.settings)

    def begin(self) -> None:
        self.start()
        if not self._had_first.wait(20) or self.error:
            raise RuntimeError(f"the agent did not come up: {self.error}")

    def finish(self) -> None:
        self._ending.set()
        self.join(10)

    def run(self) -> None:
        try:
            # two sessions: many servers take no requests on one that has subscribed
            with self._server.connect() as events, self._server.connect() as reader:
                events.create_subscription()
                self._mirror(events, reader)
        except Exception as error:
            self.error = error
        finally:
            self._had_first.set()

    def _mirror(self, events: Manager, reader: Manager) -> None:
        while not self._ending.is_set():
            self._sync(reader)
            self._had_first.set()
            self._wait_for_event(events)

    def _wait_for_event(self, events: Manager) -> None:
        ends = time.monotonic() + RESYNC_S
        while not self._ending.is_set() and time.monotonic() < ends:
            event = events.take_notification(timeout=0.1)
            text = b"" if event is None else etree.tostring(event.notification_ele)
            # the roll-back of a commit that nobody confirmed is announced by the second kind only
            if b"netconf-config-change" in text or b"netconf-confirmed-commit" in text:
                return

    def _sync(self, reader: Manager) -> None:
        reply = reader.get_config("running", filter=("subtree", etree.Element(f"{{{NS['if']}}}interfaces")))
        found = read_settings(reply.data_ele, self._provider_ports)
        wanted = {port: setting for port, setting in found.items() if port in self._ports}
        words: list[str] = []
        for port in sorted(self.settings.keys() | wanted.keys()):
            old, new = self.settings.get(port), wanted.get(port)
            if old is not None and (new is None or new.bridge != old.bridge):
                words += ["--", "del-port", old.bridge, port]
            if new is not None and new != old:
                words += ["--", "--may-exist", "add-port", new.bridge, port, *new.words(port)]
        if words:  # one transaction: no port is ever on a bridge without its VLANs
            self._switch.vsctl(*words[1:])
            self.history.append(wanted)
        self.settings = wanted


@contextmanager
def mirror(
    server: Netconfd, switch: OvsSwitch, ports: Sequence[str], provider_ports: Sequence[str] = ()
) -> Iterator[Agent]:
    """Keep the switch as the server says, for a while; an error of the agent is an error of the test."""
    agent = Agent(server, switch, ports, provider_ports)
    try:
        agent.begin()
        yield agent
    finally:
        agent.finish()
    if agent.error is not None:
        raise agent.error
