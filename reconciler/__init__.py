"""A declarative reconciler for experiment testbeds."""

__version__ = "0.1.0"
