"""Services whose resources follow from others (names of VMs, say), one folder for each driver; none is shipped."""
