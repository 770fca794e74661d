"""The emulated testbed: hosts, switches and a deployer on loopback, made from any Site document."""
