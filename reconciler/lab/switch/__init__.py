"""An emulated switch: NETCONF 1.0 and 1.1 over SSH, OpenConfig VLANs, vendor defaults on."""
