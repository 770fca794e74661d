"""Pipes to devices: SSH, NETCONF, HTTP."""
