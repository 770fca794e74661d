"""Hypervisor hosts over SSH, one folder for each hypervisor."""
