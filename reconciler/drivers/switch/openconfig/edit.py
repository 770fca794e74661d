"""From a change of a slice to the one edit-config that brings it about.  Pure; elements only, never pasted text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from reconciler.drivers.switch.netconf import NetconfEdit
from reconciler.drivers.switch.openconfig.interfaces import (
    ETHERNET,
    IF_TYPES,
    INTERFACES,
    NETCONF,
    NS,
    VLAN,
    VLAN_TYPES,
)
from reconciler.drivers.switch.vlans import entries_within, parse_entry
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel

_OPERATION = f"{{{NETCONF}}}operation"
_PREFIXES: Mapping[str | None, str] = {
    None: NETCONF,
    "nc": NETCONF,
    "ianaift": IF_TYPES,
    "oc-vlan-types": VLAN_TYPES,
}


_EMPTY = NetconfEdit(f'<config xmlns="{NETCONF}"><interfaces xmlns="{INTERFACES}"/></config>')


def render_edit(before: SwitchSlice, after: SwitchSlice, parked: int | None) -> NetconfEdit | None:
    """The edit that leads from ``before`` (as observed) to ``after``; None when nothing of it shows on a switch."""
    config = etree.Element(f"{{{NETCONF}}}config", nsmap=_PREFIXES)  # type: ignore[arg-type]  # None is the default one
    edit = _Edit(config, parked)
    edit.ports(before.ports, after.ports)
    edit.carried(before.carried, after.carried)
    edit.tunnels(before.tunnels, after.tunnels)
    if edit.is_empty:
        return None
    edit.sort()
    etree.indent(config)
    return NetconfEdit(etree.tostring(config, encoding="unicode"))


def stamp_edit(edit: NetconfEdit | None, marks: Mapping[str, str]) -> NetconfEdit:
    """The edit with these descriptions, of ports in it and of others."""
    config = (edit or _EMPTY).element()
    interfaces = config.find("if:interfaces", NS)
    if interfaces is None:
        raise ValueError("an edit of ours always has interfaces")
    by_name = {element.findtext("if:name", "", NS): element for element in interfaces}
    for name, mark in marks.items():
        if name not in by_name:
            by_name[name] = _add(interfaces, "interface", INTERFACES)
            _add(by_name[name], "name", INTERFACES, name)
        _child(_child(by_name[name], "config", INTERFACES), "description", INTERFACES).text = mark
    return NetconfEdit(etree.tostring(config, encoding="unicode"))


class _Edit:
    """The edit while it grows: one ``<interface>`` for each port, however many things are done to it."""

    def __init__(self, config: etree._Element, parked: int | None) -> None:
        self._interfaces = _add(config, "interfaces", INTERFACES)
        self._by_name: dict[str, etree._Element] = {}
        self._parked = parked

    @property
    def is_empty(self) -> bool:
        return not self._by_name

    def sort(self) -> None:
        self._interfaces[:] = [self._by_name[name] for name in sorted(self._by_name)]

    # -- edge ports: wholly ours, so replaced as a whole ------------------------------------------

    def ports(self, before: Sequence[EdgePort], after: Sequence[EdgePort]) -> None:
        kept, wanted = set(before), {edge.port for edge in after}
        for edge in before:
            if edge.port not in wanted:
                self._release(edge.port)
        for edge in after:
            if edge not in kept:
                self._set(edge)

    def _set(self, edge: EdgePort) -> None:
        """Mark, state and VLAN in one edit: at no moment is the port up with a VLAN that is not right."""
        config = self._config(edge.port, described=True)
        _add(config, "description", INTERFACES, edge.tag)
        _add(config, "enabled", INTERFACES, "true" if edge.up else "false")
        switched = self._switched(edge.port, operation="replace")
        if edge.trunk:
            _add(switched, "interface-mode", VLAN, "TRUNK")
            for vlan in edge.trunk:
                _add(switched, "trunk-vlans", VLAN, str(vlan))
        else:
            _add(switched, "interface-mode", VLAN, "ACCESS")
            _add(switched, "access-vlan", VLAN, str(edge.access))

    def _release(self, port: str) -> None:
        config = self._config(port)
        _remove(config, "description", INTERFACES)
        if self._parked is None:
            _remove(config, "enabled", INTERFACES, "true")
        else:
            _add(config, "enabled", INTERFACES, "true")
        self._park(port)

    def _park(self, port: str) -> None:
        """Back to the VLAN it came from, or to no configuration at all."""
        if self._parked is None:
            self._switched(port, operation="remove")
            return
        switched = self._switched(port, operation="replace")
        _add(switched, "interface-mode", VLAN, "ACCESS")
        _add(switched, "access-vlan", VLAN, str(self._parked))

    # -- shared trunks: our ids one by one, never the list -----------------------------------------

    def carried(self, before: Sequence[Carried], after: Sequence[Carried]) -> None:
        had, wanted = {c.port: c for c in before}, {c.port: c for c in after}
        for port in sorted(had.keys() | wanted.keys()):
            old = had.get(port, Carried(port, ()))
            vlans = wanted[port].vlans if port in wanted else ()
            if vlans != old.vlans:
                self._carry(old, vlans)

    def _carry(self, old: Carried, vlans: tuple[int, ...]) -> None:
        ours = entries_within(old.seen, old.vlans)
        if not vlans and len(ours) == len(old.seen):
            self._park(old.port)  # an empty list would mean every VLAN; that nobody else has joined is checked again
            return
        added = set(vlans) - set(old.vlans)
        if added:
            self._config(old.port, described=True)
        switched = self._switched(old.port)
        if added:
            _add(switched, "interface-mode", VLAN, "TRUNK")
            _remove(switched, "access-vlan", VLAN, str(self._parked or 1))
        for entry in ours or tuple(map(str, old.vlans)):
            kept = set(parse_entry(entry)) & set(vlans)
            if len(kept) < len(parse_entry(entry)):
                _remove(switched, "trunk-vlans", VLAN, entry)
                added |= kept
        for vlan in sorted(added):
            _add(switched, "trunk-vlans", VLAN, str(vlan))

    # -- tunnels: a subinterface each, named by its S-VLAN ------------------------------------------

    def tunnels(self, before: Sequence[Tunnel], after: Sequence[Tunnel]) -> None:
        kept, wanted = set(before), {(tunnel.port, tunnel.s_vlan) for tunnel in after}
        for tunnel in before:
            if (tunnel.port, tunnel.s_vlan) not in wanted:
                self._subinterface(tunnel, operation="remove")
        for tunnel in after:
            if tunnel not in kept:
                self._push(tunnel)

    def _push(self, tunnel: Tunnel) -> None:
        self._config(tunnel.port, described=True)
        subinterface = self._subinterface(tunnel, operation="replace")
        _add(_add(subinterface, "config", INTERFACES), "index", INTERFACES, str(tunnel.s_vlan))
        vlan = _add(subinterface, "vlan", VLAN)
        match = _add(_add(_add(vlan, "match", VLAN), "single-tagged-list", VLAN), "config", VLAN)
        for c_vlan in tunnel.c_vlans:
            _add(match, "vlan-ids", VLAN, str(c_vlan))
        ingress = _add(_add(vlan, "ingress-mapping", VLAN), "config", VLAN)
        _add(ingress, "vlan-stack-action", VLAN, "PUSH")
        _add(ingress, "vlan-id", VLAN, str(tunnel.s_vlan))
        _add(ingress, "tpid", VLAN, "oc-vlan-types:TPID_0X88A8")
        egress = _add(_add(vlan, "egress-mapping", VLAN), "config", VLAN)
        _add(egress, "vlan-stack-action", VLAN, "POP")

    def _subinterface(self, tunnel: Tunnel, operation: str) -> etree._Element:
        subinterfaces = _child(self._interface(tunnel.port), "subinterfaces", INTERFACES)
        subinterface = _add(subinterfaces, "subinterface", INTERFACES)
        subinterface.set(_OPERATION, operation)
        _add(subinterface, "index", INTERFACES, str(tunnel.s_vlan))
        return subinterface

    # -- the parts of an interface ---------------------------------------------------------------

    def _interface(self, port: str) -> etree._Element:
        if port not in self._by_name:
            self._by_name[port] = _add(self._interfaces, "interface", INTERFACES)
            _add(self._by_name[port], "name", INTERFACES, port)
        return self._by_name[port]

    def _config(self, port: str, *, described: bool = False) -> etree._Element:
        """``described``: with the name and type that an interface must have which is not configured yet."""
        config = _child(self._interface(port), "config", INTERFACES)
        if described and not len(config):
            _add(config, "name", INTERFACES, port)
            _add(config, "type", INTERFACES, "ianaift:ethernetCsmacd")
        return config

    def _switched(self, port: str, *, operation: str | None = None) -> etree._Element:
        ethernet = _child(self._interface(port), "ethernet", ETHERNET)
        config = _child(_child(ethernet, "switched-vlan", VLAN), "config", VLAN)
        if operation is not None:
            config.set(_OPERATION, operation)
        return config


def _child(parent: etree._Element, name: str, namespace: str) -> etree._Element:
    found = parent.find(f"{{{namespace}}}{name}")
    return found if found is not None else _add(parent, name, namespace)


def _add(parent: etree._Element, name: str, namespace: str, text: str | None = None) -> etree._Element:
    default: Mapping[str | None, str] = {None: namespace}
    element = etree.SubElement(parent, f"{{{namespace}}}{name}", nsmap=default)  # type: ignore[arg-type]  # as above
    element.text = text
    return element


def _remove(parent: etree._Element, name: str, namespace: str, text: str | None = None) -> None:
    """Remove a leaf, whatever its value; ``text`` because strict servers check even what is to be removed."""
    _add(parent, name, namespace, text).set(_OPERATION, "remove")
