"""Decide what to do: choose, compare, order, explain.  Pure."""
