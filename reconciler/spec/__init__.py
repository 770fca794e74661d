"""YAML text becomes documents, documents become resources."""
