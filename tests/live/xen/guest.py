"""Configurations of test guests, in xl's own language."""

from __future__ import annotations

from dataclasses import dataclass

from tests.live.xen.rootfs import GUEST_KERNEL, GUEST_RAMDISK


@dataclass(frozen=True, slots=True)
class Guest:
    """A PV guest that takes ``address`` (with its length) on its first interface."""

    name: str
    number: int
    bridges: tuple[str, ...] = ("xbr701",)
    address: str = ""
    memory_mib: int = 128
    maxmem_mib: int = 0
    kernel: str = GUEST_KERNEL
    arguments: str = ""
    on_crash: str = "destroy"
    more: str = ""

    @property
    def uuid(self) -> str:
        return f"00000000-0000-4000-8000-{self.number:012d}"

    def render(self) -> str:
        vifs = ", ".join(f'"mac=00:16:3e:00:{n:02x}:{self.number:02x},bridge={b}"' for n, b in enumerate(self.bridges))
        lines = [
            'type = "pv"',
            f'name = "{self.name}"',
            f'uuid = "{self.uuid}"',
            f'kernel = "{self.kernel}"',
            f'ramdisk = "{GUEST_RAMDISK}"',
            f'extra = "console=hvc0 quiet tip={self.address}{self.arguments}"',
            f"memory = {self.memory_mib}",
            *([f"maxmem = {self.maxmem_mib}"] if self.maxmem_mib else []),
            "vcpus = 1",
            f"vif = [ {vifs} ]",
            f'on_crash = "{self.on_crash}"',
            *([self.more] if self.more else []),
        ]
        return "\n".join(lines) + "\n"

    def written_to(self, path: str) -> str:
        """The shell text that puts the configuration into a file."""
        return f"cat > {path} <<'XR_END'\n{self.render()}XR_END\n"
