"""Images: whether a deployer would take them, and whether a guest's arguments can be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import Boot, DiskImage, Environment, ImageKind, OsKind
from reconciler.spec.suggest import suggest
from reconciler.spec.text import quote

PLACEHOLDERS = ("address", "prefixLength", "gateway", "hostname", "mac")


def check_environments(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for environment in catalogue.environments.values():
        yield from _mandatory(catalogue, environment)
        yield from _contradictions(catalogue, environment)
    for image in catalogue.disk_images.values():
        yield from _placeholders(catalogue, image)


def _mandatory(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    """What Kadeploy demands: with a tar image it writes the boot loader's configuration itself."""
    spec, boot = environment.spec, environment.spec.boot or Boot()
    if spec.image is None and spec.boot is None:
        return  # registered with the deployer already, under its name and version
    if spec.image is not None and spec.image.kind is ImageKind.DD:
        return  # brings its own boot loader
    if boot.chainload is not None:
        return
    path = ("spec", "boot") if spec.boot is not None else ("spec", "image")
    if boot.kernel is None:
        yield catalogue.complain("S703", "a tar image needs boot.kernel", environment, path, "as /boot/vmlinuz")
    if spec.os is OsKind.XEN and boot.hypervisor is None:
        summary = "a Xen environment with a tar image needs boot.hypervisor"
        yield catalogue.complain("S703", summary, environment, path, "as /boot/xen.gz")


def _contradictions(catalogue: Catalogue, environment: Environment) -> Iterator[Diagnostic]:
    spec, boot = environment.spec, environment.spec.boot
    if boot is None:
        return
    if boot.chainload is not None and (boot.kernel is not None or boot.hypervisor is not None):
        hint = "the next boot loader has a kernel of its own: keep one of them"
        path = ("spec", "boot", "chainload")
        yield catalogue.complain("S704", "chainload beside a kernel or hypervisor", environment, path, hint)
    if boot.hypervisor is not None and spec.os is not OsKind.XEN:
        summary = f"a hypervisor has no meaning with os {spec.os}"
        yield catalogue.complain("S704", summary, environment, ("spec", "boot", "hypervisor"), "write os: xen")
    if boot.hypervisor_params and boot.hypervisor is None and boot.kernel is not None:
        path = ("spec", "boot", "hypervisorParams")
        yield catalogue.complain(
            "S704", "hypervisorParams without a hypervisor", environment, path, "", Severity.WARNING
        )


def _placeholders(catalogue: Catalogue, image: DiskImage) -> Iterator[Diagnostic]:
    path = ("spec", "arguments")
    rest = image.spec.arguments
    for name in re.findall(r"\{([^{}]*)\}", rest):
        rest = rest.replace(f"{{{name}}}", "")
        if name not in PLACEHOLDERS:
            hint = suggest(name, PLACEHOLDERS)
            yield catalogue.complain("S705", f"{quote('{' + name + '}')} is not filled in", image, path, hint)
    if "{" in rest or "}" in rest:
        yield catalogue.complain("S705", "unmatched brace", image, path, "as {address}")
