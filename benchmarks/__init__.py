"""Figures: what the program costs, against a peer where there is one."""
