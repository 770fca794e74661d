"""Switches, one folder for each dialect."""
