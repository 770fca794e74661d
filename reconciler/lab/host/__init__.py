"""Emulated nodes: an image, a small shell, `ip` and `xl`, behind a real SSH server."""
