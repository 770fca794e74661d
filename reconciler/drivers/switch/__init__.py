"""Switches: what every dialect needs, and one folder for each dialect."""
