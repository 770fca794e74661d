"""The `xl` command: its verbs, and which of them change anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from reconciler.lab.host import xl_change, xl_network
from reconciler.lab.host.call import Call
from reconciler.lab.host.domain import LabDomain, Life
from reconciler.lab.host.toolstack import Toolstack
from reconciler.lab.host.xl_create import create
from reconciler.lab.host.xl_list import render_json, render_table

Verb = Callable[[Toolstack, Call], Awaitable[int]]


async def _list(tools: Toolstack, call: Call) -> int:
    """`xl list [-l|-v] [DOMAIN…]`."""
    flags = {word for word in call.arguments if word.startswith("-")}
    names = [word for word in call.arguments if not word.startswith("-")]
    if not flags <= {"-l", "--long", "-v", "--verbose"} or len(names) > 1:
        return call.fail("'xl list' takes -l, -v and one domain here.\n", 2)
    dom0 = not names or names[0] in ("0", "Domain-0")
    domains = _choose(tools, call, names)
    if domains is None:
        return 1
    await tools.pace.spend("list")
    if flags & {"-l", "--long"}:
        return _list_long(tools, call, domains, dom0=dom0)
    table = render_table(tools.hypervisor, domains, dom0=dom0, now=tools.now(), uuids=bool(flags & {"-v", "--verbose"}))
    call.say(_garbled(table) if tools.mishaps.take("garbage") else table)
    return 0


def _choose(tools: Toolstack, call: Call, names: list[str]) -> list[LabDomain] | None:
    if not names:
        return list(tools.hypervisor)
    if names[0] in ("0", "Domain-0"):
        return []
    domain = tools.find(call, names[0])
    return None if domain is None else [domain]


def _list_long(tools: Toolstack, call: Call, domains: list[LabDomain], *, dom0: bool) -> int:
    for domain in domains:
        if domain.life is Life.ZOMBIE:
            where = "libxl: error: libxl_domain.c:2335:retrieve_domain_configuration_lock_acquired: "
            call.complain(f"{where}Domain {domain.id}:Fail to get domain configuration\n")
    partial = tools.mishaps.take("partial-list")
    if partial:
        domains = domains[: len(domains) // 2]
        where = "libxl: warning: libxl_domain.c:2603:retrieve_domain_configuration_end: Domain 1:"
        call.say(f"{where}Device present in JSON but not in xenstore, ignored\n")
    text = render_json(tools.hypervisor, domains, dom0=dom0)
    if tools.mishaps.take("truncate"):
        text = text[: len(text) * 2 // 3]
    call.say(_garbled(text) if tools.mishaps.take("garbage") else text)
    return 0


def _garbled(text: str) -> str:
    """What comes out of a confused terminal: as long, and nothing of it true."""
    return "".join(chr(33 + (index * 7 + ord(letter)) % 90) for index, letter in enumerate(text[:400])) + "\n"


async def _domid(tools: Toolstack, call: Call) -> int:
    name = call.arguments[0] if call.arguments else ""
    domain = tools.hypervisor.find(name)
    if domain is None:
        return call.fail(f"Can't get domid of domain name '{name}', maybe this domain does not exist.")
    call.say(f"{domain.id}\n")
    return 0


async def _vm_list(tools: Toolstack, call: Call) -> int:
    call.say("UUID                                  ID    name\n")
    for domain in tools.hypervisor:
        name = "(null)" if domain.life is Life.ZOMBIE else domain.config.name
        call.say(f"{domain.config.uuid}  {domain.id}    {name:<30}\n")
    return 0


async def _info(tools: Toolstack, call: Call) -> int:
    facts = {
        "host": tools.name,
        "nr_cpus": tools.hypervisor.cores,
        "virt_caps": "pv hvm" if tools.hvm else "pv",
        "total_memory": tools.hypervisor.memory_mib,
        "free_memory": tools.hypervisor.free_kib(tools.now()) // 1024,
        "xen_major": 4,
        "xen_minor": 17,
        "xen_version": "4.17.5",
        "xen_scheduler": "credit2",
    }
    call.say("".join(f"{name:<22} : {value}\n" for name, value in facts.items()))
    return 0


CHANGING: Mapping[str, Verb] = {
    "create": create,
    "destroy": xl_change.destroy,
    "shutdown": xl_change.shutdown,
    "pause": xl_change.pause,
    "unpause": xl_change.unpause,
    "rename": xl_change.rename,
    "mem-set": xl_change.set_memory,
    "vcpu-set": xl_change.set_vcpus,
    "network-attach": xl_network.attach,
    "network-detach": xl_network.detach,
}
READING: Mapping[str, Verb] = {
    "list": _list,
    "domid": _domid,
    "vm-list": _vm_list,
    "info": _info,
    "network-list": xl_network.show,
}


def is_dry(call: Call) -> bool:
    """Whether the command only says what it would do."""
    return call.arguments[:1] == ("-N",) or (
        call.arguments[:1] == ("create",) and not {"-n", "--dryrun"}.isdisjoint(call.arguments)
    )


async def run_xl(tools: Toolstack, call: Call) -> int:
    """``xl [-N] VERB …``; ``-N`` only says what would be done."""
    dry = call.arguments[:1] == ("-N",)
    verb, *arguments = call.arguments[dry:] or ("help",)
    run = CHANGING.get(verb) or READING.get(verb)
    if run is None:
        return call.fail("command not implemented")
    inner = Call(tuple(arguments), call.stdin, call.say, call.complain)
    if dry:
        return await create(tools, inner, dry=True) if verb == "create" else 0
    return await run(tools, inner)
