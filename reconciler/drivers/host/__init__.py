"""Hypervisor hosts over SSH: all that does not depend on the hypervisor; a folder for the language of each."""
