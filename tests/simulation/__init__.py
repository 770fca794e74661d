"""A deterministic simulator of the product's own engine and store, on devices that fail in every way we know of."""
