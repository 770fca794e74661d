"""Walk a plan."""
