"""Documents and what is allocated become resources."""
