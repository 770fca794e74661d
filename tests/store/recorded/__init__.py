"""States and devices as earlier versions of the program left them; ``record`` makes them, ``restore`` puts them back.

``schema-N.sql`` is the state database of schema N with the experiment applied, ``schema-N.devices.json`` what the lab's
devices remembered then; ``…-cut-short`` are the same where an update to ``grown.yaml`` was killed.  None is ever made
anew by a later program: that would prove nothing.
"""
