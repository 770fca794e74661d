"""Tests of the example dialect."""
