"""The vocabulary: one frozen dataclass per kind of resource."""
