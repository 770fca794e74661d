"""Everything that decides in a run, and nothing that does: events in, effects out."""
