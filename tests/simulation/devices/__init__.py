"""Devices in virtual time: every call is several moments, and between any two anything may happen."""
