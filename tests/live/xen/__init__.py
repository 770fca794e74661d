"""A real Xen 4.17 node in QEMU's software emulation, made of Debian packages only."""
