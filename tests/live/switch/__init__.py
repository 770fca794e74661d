"""A real NETCONF server before a real Open vSwitch, and the driver between them."""
