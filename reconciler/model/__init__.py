"""The words every layer shares; imports the standard library only."""
