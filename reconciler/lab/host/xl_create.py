"""`xl create`: every way in which it can go wrong, and what it leaves behind then."""

from __future__ import annotations

from dataclasses import replace

from reconciler.lab.host.call import Call
from reconciler.lab.host.domain import DomainConfig
from reconciler.lab.host.files import FileError
from reconciler.lab.host.toolstack import Toolstack
from reconciler.lab.host.xl_domain import ConfigRefused, read_domain
from reconciler.lab.host.xl_list import describe, pretty

MAKING = "libxl: error: libxl_create.c:1296:initiate_domain_create"
FAILED = 3
"""xl's exit code is the positive of libxl's ERROR_FAIL."""


async def create(tools: Toolstack, call: Call, *, dry: bool = False) -> int:
    """`xl create [-n] [-p] [-q] FILE`."""
    flags = {word for word in call.arguments if word.startswith("-")}
    names = [word for word in call.arguments if not word.startswith("-")]
    if not call.arguments:
        return call.fail("Config file not specified and none in save file", 6)
    if len(names) != 1 or not flags <= {"-n", "-p", "-q", "--quiet", "--dryrun", "--paused"}:
        return call.fail("'xl create' requires a configuration file, and takes -n, -p and -q here.\n", 2)
    source = names[0]
    try:
        text = tools.files.read(source).text
    except FileError as error:
        return call.fail(f"Failed to read config file: {source}: {error}", FAILED)
    if not flags & {"-q", "--quiet"}:
        call.complain(f"Parsing config from {source}\n")
    try:
        config, complaints = read_domain(text, source, tools.chance)
    except ConfigRefused as error:
        return call.fail(str(error), 1)
    call.complain("".join(f"{line}\n" for line in complaints))
    if dry or flags & {"-n", "--dryrun"}:
        call.say(pretty(describe(config)) + "\n")
        return 0
    await tools.pace.spend("create")
    return _build(tools, call, config, paused=bool(flags & {"-p", "--paused"}))


def _build(tools: Toolstack, call: Call, config: DomainConfig, *, paused: bool) -> int:
    number = tools.hypervisor.take_id()
    config = replace(config, nics=tuple(map(tools.with_mac, config.nics)))
    problem = _problem(tools, number, config)
    if problem:
        return call.fail(problem, FAILED)
    domain = tools.hypervisor.add(number, config, tools.now(), paused=paused)
    for nic in config.nics:
        if not tools.plug(number, nic):
            tools.remove(domain)
            call.complain(tools.script_failure(nic))
            what = "libxl: error: libxl_create.c:1921:domcreate_attach_devices: "
            call.complain(f"{what}Domain {number}:unable to add vif devices\n")
            call.complain(tools.script_failure(nic, "offline"))
            return call.fail(_undone(number), FAILED)
    return 0


def _problem(tools: Toolstack, number: int, config: DomainConfig) -> str:
    """Why libxl does not make the domain; empty when it does."""
    same = tools.hypervisor.find(config.name)
    if same is not None and same.config.name == config.name:
        return (
            f"libxl: error: libxl_domain.c:81:libxl__domain_rename: Domain {number}:"
            f'Domain with name "{config.name}" already exists.\n'
            f"{MAKING}: Domain {number}:cannot make domain: -6\n"
            f"{_undone(number)}"
        )
    if tools.mishaps.take("create-fails"):
        return f"{MAKING}: Domain {number}:cannot make domain: -3\n{_undone(number)}"
    if config.kind != "pv" and not tools.hvm:
        where = "libxl: error: libxl_create.c:1204:initiate_domain_create"
        return f"{where}: Domain {number}:HVM is not supported on this host\n{_undone(number)}"
    for check in (_missing_disk, _missing_memory, _missing_boot):
        if problem := check(tools, number, config):
            return problem
    return ""


def _missing_disk(tools: Toolstack, number: int, config: DomainConfig) -> str:
    for index, disk in enumerate(config.disks):
        if disk.path and not tools.files.is_file(disk.path):
            return (
                "libxl: error: libxl_device.c:455:libxl__device_disk_set_backend: "
                f"Disk vdev={disk.vdev} failed to stat: {disk.path}: No such file or directory\n"
                f"libxl: error: libxl_create.c:1318:initiate_domain_create: Domain {number}:"
                f"Unable to set disk defaults for disk {index}\n{_undone(number)}"
            )
    return ""


def _missing_memory(tools: Toolstack, number: int, config: DomainConfig) -> str:
    if config.memory_kib + 1024 <= tools.hypervisor.free_kib(tools.now()):
        return ""
    return (
        "xc: error: panic: xg_dom_boot.c:119: xc_dom_boot_mem_init: "
        "can't allocate low memory for domain: Out of memory\n"
        "libxl: error: libxl_dom.c:586:libxl__build_dom: xc_dom_boot_mem_init failed: Cannot allocate memory\n"
        f"{_not_built(number)}"
    )


def _missing_boot(tools: Toolstack, number: int, config: DomainConfig) -> str:
    for path, call in ((config.kernel, "xc_dom_kernel_file"), (config.ramdisk, "xc_dom_module_file")):
        if path and not tools.files.is_file(path):
            return (
                f"xc: error: panic: xg_dom_core.c:205: failed to open file '{path}': "
                "No such file or directory: Internal error\n"
                f"libxl: error: libxl_dom.c:646:libxl__build_pv: {call} failed: No such file or directory\n"
                f"{_not_built(number)}"
            )
    return ""


def _not_built(number: int) -> str:
    what = "libxl: error: libxl_create.c:1640:domcreate_rebuild_done: "
    return f"{what}Domain {number}:cannot (re-)build domain: -3\n{_undone(number)}"


def _undone(number: int) -> str:
    where = f"Domain {number}:"
    return (
        f"libxl: error: libxl_domain.c:1183:libxl__destroy_domid: {where}Non-existant domain\n"
        f"libxl: error: libxl_domain.c:1137:domain_destroy_callback: {where}Unable to destroy guest\n"
        f"libxl: error: libxl_domain.c:1064:domain_destroy_cb: {where}Destruction of domain failed"
    )
