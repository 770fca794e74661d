"""What we made, what we hold and what happened, on disk."""
