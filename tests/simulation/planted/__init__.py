"""Errors put in on purpose: each must be caught, or the simulator is not worth its time."""
