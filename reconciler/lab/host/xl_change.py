"""The xl verbs that change a domain which is there: life, name, memory, processors."""

from __future__ import annotations

import re
from dataclasses import replace

from reconciler.lab.host.call import Call
from reconciler.lab.host.domain import DomainConfig, LabDomain, Life
from reconciler.lab.host.toolstack import Toolstack

_SIZE = re.compile(r"([0-9]+)([bkmgt]?)", re.IGNORECASE)
_KIB = {"b": 1 / 1024, "k": 1, "": 1024, "m": 1024, "g": 1024**2, "t": 1024**3}


async def destroy(tools: Toolstack, call: Call) -> int:
    names = [word for word in call.arguments if word != "-f"]
    if len(names) != 1:
        return call.fail("'xl destroy' requires at least 1 argument.\n", 1)
    if names[0] in ("0", "Domain-0"):
        return call.fail("Cannot destroy privileged domain 0.\n", 1)
    domain = tools.find(call, names[0])
    if domain is None:
        return 1
    await tools.pace.spend("destroy")
    if domain.life is not Life.ZOMBIE:
        tools.remove(domain)
    return 0


async def shutdown(tools: Toolstack, call: Call) -> int:
    """The guest is asked; with `-w` the command waits for it.  A paused guest never gets to it."""
    wait = "-w" in call.arguments or "--wait" in call.arguments
    names = [word for word in call.arguments if not word.startswith("-")]
    domain = tools.find(call, names[0]) if names else None
    if domain is None:
        return 1
    call.complain(f"Shutting down domain {domain.id}\n")
    if domain.life is not Life.RUNNING:
        return 0
    if wait:
        call.complain("Waiting for 1 domains\n")
    await tools.pace.spend("shutdown")
    if tools.hypervisor.find(str(domain.id)) != domain:
        return 0  # something else happened to it meanwhile
    now = tools.now()
    tools.hypervisor.put(replace(domain.stopped(Life.SHUT_DOWN, now), settles_at=now + tools.pace.draw("settle")))
    if wait:
        call.complain(f"Domain {domain.id} has been shut down, reason code 0\n")
    return 0


async def pause(tools: Toolstack, call: Call) -> int:
    return _set_life(tools, call, Life.RUNNING, Life.PAUSED)


async def unpause(tools: Toolstack, call: Call) -> int:
    """Of a running domain it is an error, and exits 0 all the same."""
    return _set_life(tools, call, Life.PAUSED, Life.RUNNING)


def _set_life(tools: Toolstack, call: Call, before: Life, after: Life) -> int:
    domain = tools.find(call, call.arguments[0]) if call.arguments else None
    if domain is None:
        return 1
    if domain.life is before:
        settles_at = max(domain.settles_at, tools.now() + tools.pace.draw("settle"))
        tools.hypervisor.put(replace(domain.stopped(after, tools.now()), settles_at=settles_at))
    elif after is Life.RUNNING:
        where = f"libxl: error: libxl_domain.c:688:domain_unpause_done: Domain {domain.id}:"
        call.complain(f"{where}Unpausing domain: Invalid argument\n")
    return 0


async def rename(tools: Toolstack, call: Call) -> int:
    if len(call.arguments) != 2:
        return call.fail("'xl rename' requires at least 2 arguments.\n", 1)
    old, new = call.arguments
    domain = tools.find(call, old)
    if domain is None:
        return 1
    if tools.hypervisor.find(new) is not None:
        where = f"libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain {domain.id}:"
        return call.fail(f"{where}Domain with name \"{new}\" already exists.\nCan't rename domain '{old}'.")
    tools.hypervisor.put(replace(domain, config=replace(domain.config, name=new)))
    return 0


async def set_memory(tools: Toolstack, call: Call) -> int:
    """Returns at once; the guest follows a moment later, and only as far as there is memory."""
    if len(call.arguments) != 2:
        return call.fail("'xl mem-set' requires at least 2 arguments.\n", 1)
    name, text = call.arguments
    domain = tools.find(call, name)
    if domain is None:
        return 1
    size = _SIZE.fullmatch(text)
    if size is None:
        return call.fail(f"invalid memory size: {text}")
    target_kib = int(int(size[1]) * _KIB[size[2].lower()])
    if target_kib > domain.config.max_memory_kib:
        return call.fail(
            f"libxl: error: libxl_mem.c:278:libxl_set_memory_target: Domain {domain.id}:"
            "memory_dynamic_max must be less than or equal to memory_static_max\n\n"
            f"cannot set domid {domain.id} dynamic max memory to : {text}"
        )
    if target_kib - domain.config.memory_kib > tools.hypervisor.free_kib(tools.now()):
        return 0
    return await _tell(tools, domain, replace(domain.config, memory_kib=target_kib))


async def set_vcpus(tools: Toolstack, call: Call) -> int:
    """Returns at once; the guest follows a moment later."""
    words = [word for word in call.arguments if word not in ("-i", "--ignore-host")]
    if len(words) != 2:
        return call.fail("'xl vcpu-set' requires at least 2 arguments.\n", 1)
    domain = tools.find(call, words[0])
    if domain is None:
        return 1
    if not words[1].isdecimal():
        return call.fail("Error: Invalid argument.")
    count, cores = int(words[1]), tools.hypervisor.cores
    if len(words) == len(call.arguments) and count > max(cores, domain.vcpus(tools.now())):
        return call.fail(
            f"You are overcommmitting! You have {cores} physical CPUs and want {count} vCPUs! "
            "Aborting, use --ignore-host to continue"
        )
    if not 1 <= count <= domain.config.max_vcpus:
        return call.fail(
            f"libxl: error: libxl_domain.c:1869:libxl_set_vcpuonline: Domain {domain.id}:"
            f"Requested {count} VCPUs, however maxcpus is {domain.config.max_vcpus}!: Function not implemented\n"
            f"libxl_set_vcpuonline failed domid={domain.id} max_vcpus={count}, rc: -3"
        )
    return await _tell(tools, domain, replace(domain.config, vcpus=count))


async def _tell(tools: Toolstack, domain: LabDomain, config: DomainConfig) -> int:
    await tools.pace.spend("change")
    tools.hypervisor.put(domain.told(config, tools.now(), tools.pace.draw("settle")))
    return 0
