"""Import of a Grid'5000 reference repository tree."""
